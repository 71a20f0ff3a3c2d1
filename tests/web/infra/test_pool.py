"""The connection pool under more requests than it has connections."""

from concurrent.futures import ThreadPoolExecutor

from tests.web.conftest import Tenant


def test_many_requests_share_few_connections_and_give_them_back(tenant: Tenant) -> None:
    client = tenant.client()
    with ThreadPoolExecutor(60) as people:
        answers = [answer.status_code for answer in people.map(client.get, ["/api/buildings"] * 240)]
    assert set(answers) == {200}
    pool = client.get("/health").json()["pool"]
    assert pool["pool_size"] <= 4
    assert pool["requests_waiting"] == 0
    assert pool["pool_available"] >= pool["pool_size"] - 1, "only this request's own connection may be out"


def test_a_failing_request_gives_its_connection_back(tenant: Tenant) -> None:
    client = tenant.client()
    for _ in range(20):
        assert client.post("/api/buildings", json={"name": "B", "site": "Nowhere"}).status_code == 422
    assert client.get("/api/buildings").status_code == 200


def test_metrics_show_the_pool_and_bounded_paths(tenant: Tenant) -> None:
    client = tenant.client()
    client.get("/api/buildings/00000000-0000-0000-0000-000000000000")
    text = client.get("/metrics").text
    assert 'eaio_database_pool{statistic="pool_size"}' in text
    assert "00000000-0000" not in text, "an id in a path would make one series per building"
