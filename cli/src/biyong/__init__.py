"""The `biyong` command: start, fill, inspect, and push rosters."""
