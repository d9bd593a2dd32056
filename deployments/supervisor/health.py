"""Whether a part answers on its port."""

import http.client

from deployments.prefect.environment import LOOPBACK


def answers(port: int, path: str, seconds: float = 2.0) -> bool:
    """Whether an HTTP server on ``port`` answers ``path`` with anything but a fault of its own."""
    connection = http.client.HTTPConnection(LOOPBACK, port, timeout=seconds)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
