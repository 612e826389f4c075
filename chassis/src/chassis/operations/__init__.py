"""What an operator sees of a service's events, and does about them."""
