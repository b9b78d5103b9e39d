"""A typed client of the API in Python: what a stranger would write with the generated functions."""

import sys
from http import HTTPStatus

# Generated: sjr_client/api/<tag>/<operationId>.py, sjr_client/models/<schema>.py.
from sjr_client import Client
from sjr_client.api.treaties import get_treaty, list_treaties
from sjr_client.models import Problem

PACT = "soviet-japanese-neutrality-pact"


def main(address: str) -> None:
    with Client(base_url=address, raise_on_unexpected_status=True) as client:
        page = list_treaties.sync(client=client, party=["empire-of-japan"], limit=100)
        assert page is not None
        assert not isinstance(page, Problem), page
        assert PACT in [treaty.id for treaty in page.data]
        assert all("empire-of-japan" in [party.actor.id for party in treaty.parties] for treaty in page.data)

        document = get_treaty.sync(PACT, client=client)
        assert document is not None
        assert not isinstance(document, Problem), document
        signed = document.data.signed
        assert signed is not None
        assert signed.edtf == "1941-04-13"
        print(f"{document.data.name}: signed {signed.label}, {len(document.data.citations)} citations")

        answer = get_treaty.sync_detailed("no-such-treaty", client=client)
        assert answer.status_code == HTTPStatus.NOT_FOUND
        assert isinstance(answer.parsed, Problem), answer
        assert answer.parsed.status == HTTPStatus.NOT_FOUND
        print(f"no-such-treaty: {answer.parsed.title}")


main(sys.argv[1])
