"""The bus as a port, and the two buses that are one: RabbitMQ and the embedded."""
