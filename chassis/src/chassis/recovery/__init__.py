"""What a service did not consume: found out, and pulled from its producers."""
