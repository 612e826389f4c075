"""A directory's branches and people, brought to the platform."""
