"""What of these tests fills a cluster is of `make test-cluster`, which names one."""

import os

collect_ignore = [] if os.environ.get("CLUSTER_LOAD") else ["test_on_a_node.py"]
