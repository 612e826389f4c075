"""Who learns: branches, people, rosters, seats and enrolments."""
