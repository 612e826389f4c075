"""From the documents to the bus: nothing lost, in each document's order."""
