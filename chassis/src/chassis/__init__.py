"""What every service is built from and none owns: no business word in here."""
