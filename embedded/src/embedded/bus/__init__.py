"""An event bus in one SQLite file, shared by the processes of one machine.

Topics are routed to services by bindings; a service's messages lie in
partitions, and a partition is leased to one consumer at a time, so no two hold
one key. What is not acknowledged comes back when the lease runs out; what comes
back too often is moved aside.
"""
