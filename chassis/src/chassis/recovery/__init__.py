"""What a service did not hear: found out, and had again."""
