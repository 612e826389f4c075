"""What a service stores about people: handed out, and deleted when they ask for it."""
