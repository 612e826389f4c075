"""Lets the driver of a process under test talk to mongo-java-server."""

import pymongo.common

pymongo.common.MIN_SUPPORTED_WIRE_VERSION = 8
