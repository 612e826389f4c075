"""Where large bytes lie: S3, or a directory of the same shape."""
