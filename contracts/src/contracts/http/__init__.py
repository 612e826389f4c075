"""What travels over HTTP between services, gateway and customers, by service."""
