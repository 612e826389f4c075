"""What can be learnt: areas, modules, courses, lessons and classes."""
