"""The demo's life: what a college has after months, put in behind the ready site."""
