"""A door between a newswatchd and the broker: all traffic passes it, and it does what networks do. It cuts connections, refuses them, delays
or stalls what they carry, and swallows the broker's answers to requests that it has passed on."""
import asyncio
import contextlib
import socket
import struct

PIECE = 65536
RESET = struct.pack("ii", 1, 0)


def reset(writer):
    """As when the other end's process is gone: not even what is in the socket is sent."""
    with contextlib.suppress(OSError):
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.transport.abort()


class Door:
    def __init__(self):
        self.target = None        # (address, port) of the broker's listener for this door
        self.refusing = False
        self.swallowing = False
        self.delay = 0.0          # seconds, each way
        self.resets = True        # a client that is gone is told to the broker by a reset; otherwise by an end, behind all that it had sent
        self.open = asyncio.Event()
        self.open.set()
        self.connections = set()  # pairs of writers
        self.passed = self.swallowed = 0  # bytes

    async def start(self):
        self.server = await asyncio.start_server(self.accept, "127.0.0.1", 0, limit=PIECE)
        self.port = self.server.sockets[0].getsockname()[1]
        return self

    async def accept(self, reader, writer):
        if self.refusing:
            reset(writer)
            return
        try:
            there, to_there = await asyncio.open_connection(*self.target, limit=PIECE)
        except OSError:
            reset(writer)
            return
        pair = (writer, to_there)
        self.connections.add(pair)
        try:
            await asyncio.gather(self.carry(reader, to_there, True), self.carry(there, writer, False))
        finally:
            self.connections.discard(pair)

    async def carry(self, reader, writer, up):
        """What was read of a client that is gone meanwhile still goes on: a network delivers it, too."""
        try:
            while data := await reader.read(PIECE):
                if self.delay:
                    await asyncio.sleep(self.delay)
                await self.open.wait()
                if self.swallowing and not up:
                    self.swallowed += len(data)
                    continue
                self.passed += len(data)
                writer.write(data)
                await writer.drain()
        except OSError:
            if self.resets or not up:
                reset(writer)
                return
        writer.close()

    # ---- Faults ----

    def cut(self):
        for pair in list(self.connections):
            for writer in pair:
                reset(writer)

    @contextlib.contextmanager
    def refuses(self):
        self.refusing = True
        self.cut()
        try:
            yield
        finally:
            self.refusing = False

    @contextlib.contextmanager
    def delays(self, seconds):
        self.delay = seconds
        try:
            yield
        finally:
            self.delay = 0.0

    @contextlib.contextmanager
    def stalls(self):
        self.open.clear()
        try:
            yield
        finally:
            self.open.set()

    @contextlib.contextmanager
    def swallows(self):
        """Requests arrive, answers do not; then the connections break."""
        self.swallowing = True
        try:
            yield
        finally:
            self.cut()
            self.swallowing = False

    def close(self):
        self.cut()
        self.server.close()
