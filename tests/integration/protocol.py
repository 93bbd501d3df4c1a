"""What Debian's confluent_kafka has no function for, in Kafka's own protocol: https://kafka.apache.org/protocol"""
import socket
import struct

TOPIC_KIND, LITERAL, ALLOW = 2, 3, 3
READ, WRITE, DESCRIBE = 3, 4, 8


def text(value):
    return struct.pack(">h", len(value)) + value.encode()


def ask(address, api, version, body):
    host, port = address.split(":")
    with socket.create_connection((host, int(port)), timeout=30) as connection:
        request = struct.pack(">hhi", api, version, 1) + text("test") + body
        connection.sendall(struct.pack(">i", len(request)) + request)
        stream = connection.makefile("rb")
        size, = struct.unpack(">i", stream.read(4))
        return stream.read(size)[4:]


def delete_records(kafka, topic, partition, before):
    body = struct.pack(">i", 1) + text(topic) + struct.pack(">iiqi", 1, partition, before, 30000)
    answer = ask(kafka.address, 21, 1, body)
    low, error = struct.unpack(">qh", answer[-10:])
    assert (low, error) == (before, 0)


def allow(address, user, topic, *operations):
    body = struct.pack(">i", len(operations))
    for operation in operations:
        body += struct.pack(">b", TOPIC_KIND) + text(topic) + struct.pack(">b", LITERAL) + text(f"User:{user}") + text("*") + struct.pack(">bb", operation, ALLOW)
    answer = ask(address, 30, 1, body)
    assert struct.unpack(">ih", answer[4:10]) == (len(operations), 0), answer
