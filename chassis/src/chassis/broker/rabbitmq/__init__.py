"""The port on RabbitMQ, by kombu."""
