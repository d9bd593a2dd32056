"""What it means when a server cannot be reached at all; the same for mail and for HTTP."""

import socket
import ssl
from collections.abc import Iterator

from notifiers.outcomes import Outcome, misconfigured, temporary


def connection_trouble(error: BaseException) -> Outcome:
    """The outcome of an attempt that never got as far as being understood: nothing was sent.

    A name that does not exist is taken for a slip in the configuration, a name server that does not answer
    for an outage. A certificate that cannot be trusted never is an outage: waiting would only hide it.
    """
    for cause in _causes(error):
        match cause:
            case ssl.SSLCertVerificationError():
                return misconfigured("tls-certificate", str(cause))
            case ssl.SSLEOFError() | ssl.SSLZeroReturnError() | ssl.SSLSyscallError():
                return temporary("tls-cut-off")
            case ssl.SSLError():
                return misconfigured("tls-handshake", str(cause))
            case socket.gaierror(errno=socket.EAI_NONAME | socket.EAI_NODATA):
                return misconfigured("no-such-host")
            case socket.gaierror():
                return temporary("name-server-silent")
            case ConnectionRefusedError():
                return temporary("connection-refused")
            case TimeoutError():
                return temporary("connection-timed-out")
            case _:
                continue
    return temporary("connection-failed", type(error).__name__)


def _causes(error: BaseException) -> Iterator[BaseException]:
    at: BaseException | None = error
    while at is not None:
        yield at
        at = at.__cause__ or at.__context__
