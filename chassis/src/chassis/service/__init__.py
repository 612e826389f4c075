"""What every service is built from, and runs as."""
