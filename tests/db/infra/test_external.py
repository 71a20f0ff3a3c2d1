"""An address of a database that does not lead to one."""

import socket
import threading
from collections.abc import Generator

import pytest
from psycopg.conninfo import conninfo_to_dict

from eaio.infra.errors import Unavailable
from eaio.infra.server import external_url


@pytest.fixture
def web_server() -> Generator[int]:
    """A port where something answers that is no Postgres."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def answer() -> None:
            while True:
                try:
                    caller, _ = listening.accept()
                except OSError:
                    return
                with caller:
                    caller.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")

        threading.Thread(target=answer, daemon=True).start()
        yield listening.getsockname()[1]


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("http://joe:s3cret@127.0.0.1/x", "postgresql://USER:PASSWORD@HOST"),
        ("not an address s3cret", "postgresql://USER:PASSWORD@HOST"),
        ("postgresql://joe:s3cret@127.0.0.1:1/energy", "port=1.*refused"),
        ("postgresql://joe:s3cret@nowhere.invalid/energy", "nowhere.invalid"),
        ("host=127.0.0.1 port=1 dbname=energy password=s3cret", "refused"),
    ],
)
def test_a_wrong_address_is_explained_without_its_password(address: str, said: str) -> None:
    with pytest.raises(Unavailable, match=said) as caught:
        external_url(address)
    assert "s3cret" not in caught.value.detail


def test_something_else_than_a_postgres_is_explained(web_server: int) -> None:
    with pytest.raises(Unavailable, match="that a Postgres listens there"):
        external_url(f"postgresql://joe@127.0.0.1:{web_server}/energy")


def test_a_database_that_does_not_exist_is_explained(database_url: str) -> None:
    name = str(conninfo_to_dict(database_url)["dbname"])
    with pytest.raises(Unavailable, match='database "missing_one" does not exist'):
        external_url(database_url.replace(f"/{name}", "/missing_one"))
    assert external_url(database_url) == database_url
