"""How every service keeps state and facts in one write."""
