"""Read models of other services' events, and making them anew."""
