"""The main job without a page: a file comes in, calls are planned, one is logged, a junior sees what is hers."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.browser import LiveTend, live_tend

pytestmark = pytest.mark.browser

FILE = (
    "Customers of the fair;;;\n"
    "Company;E-mail;Phone;Owner\n"
    "Marisol;info@marisol.example;+34 600 555 042;ana@tend.example\n"
    "Heron House;desk@heron.example;+44 1632 960118;ana@tend.example\n"
    "Salgueiro;ola@salgueiro.example;+351 210 555 014;ivo@tend.example\n"
)


class Api:
    def __init__(self, tend: LiveTend, email: str) -> None:
        self.url = tend.url
        self.token = tend.run("token", email, "--name", "journey").strip()

    def __call__(
        self, method: str, path: str, body: Any = None, *, raw: bytes | None = None, kind: str = "application/json"
    ) -> Any:
        data = raw if raw is not None else json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(
            f"{self.url}/api/v1{path}",
            data=data,
            method=method,
            headers={"Authorization": f"Bearer {self.token}", "Content-Type": kind},
        )
        try:
            with urllib.request.urlopen(request, timeout=20) as response:
                text = response.read()
        except urllib.error.HTTPError as refused:
            return {"status": refused.code, **json.loads(refused.read() or b"{}")}
        return json.loads(text) if text else {}

    def upload(self, text: str) -> Any:
        mark = uuid.uuid4().hex
        raw = (
            f'--{mark}\r\nContent-Disposition: form-data; name="type"\r\n\r\naccounts\r\n'
            f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="fair.csv"\r\n\r\n{text}\r\n--{mark}--\r\n'
        ).encode()
        return self("POST", "/imports", raw=raw, kind=f"multipart/form-data; boundary={mark}")


def planned(api: Api) -> list[Any]:
    """The open activities within somebody's sight."""
    tree = urllib.parse.quote(json.dumps({"field": "state", "op": "is", "value": "planned"}))
    return list(api("GET", f"/activities?filter={tree}")["items"])


def test_a_file_becomes_planned_calls_and_a_junior_sees_her_own(tmp_path: Path) -> None:
    with live_tend(tmp_path / "data") as tend:
        tend.run("user", "add", "ada@tend.example", "--name", "Ada Byrne", "--role", "administrator")
        tend.run("user", "add", "ana@tend.example", "--name", "Ana Prado", "--role", "sales-manager", "--team", "Coast")
        tend.run("user", "add", "ivo@tend.example", "--name", "Ivo Junior", "--role", "junior", "--team", "Coast")
        admin = Api(tend, "ada@tend.example")
        status = admin(
            "POST",
            "/interaction-statuses",
            {"name": "Fair customers", "interval": 10, "for_accounts": True, "mark": "F"},
        )
        category = admin("POST", "/categories", {"name": "Fair"})
        assert category["name"] == "Fair", category

        made = admin.upload(FILE)
        assert [c["field"] for c in made["plan"]["columns"]] == ["name", "email", "phone", "owner"], made
        plan = {"defaults": {"interaction_status": status["id"], "category": category["id"]}}
        assert admin("PATCH", f"/imports/{made['id']}", {"plan": plan})["plan"]["defaults"] == plan["defaults"]
        admin("POST", f"/imports/{made['id']}/run", {})
        for _try in range(100):
            done = admin("GET", f"/imports/{made['id']}")
            if done["state"] == "done":
                break
            time.sleep(0.2)
        assert done["summary"]["created"] == 3, (done, tend.log.read_text()[-3000:])

        accounts = admin("GET", "/accounts?sort=name&fields=name,interaction_status,next_contact_on,category")["items"]
        assert [a["name"] for a in accounts] == ["Heron House", "Marisol", "Salgueiro"]
        assert all(a["next_contact_on"] and a["interaction_status"]["name"] == "Fair customers" for a in accounts)
        calls = planned(admin)
        assert sorted(c["account"]["name"] for c in calls) == ["Heron House", "Marisol", "Salgueiro"]

        ana = Api(tend, "ana@tend.example")
        marisol = next(a for a in accounts if a["name"] == "Marisol")
        logged = ana(
            "POST", f"/accounts/{marisol['id']}/log-call", {"outcome": "Reached", "text": "Spa wing opens in April."}
        )
        assert "call planned" in " ".join(logged["says"]).lower(), logged
        assert [c["account"]["name"] for c in planned(ana)].count("Marisol") == 1

        ivo = Api(tend, "ivo@tend.example")
        assert [a["name"] for a in ivo("GET", "/accounts")["items"]] == ["Salgueiro"]
        hidden, none = ivo("GET", f"/accounts/{marisol['id']}"), ivo("GET", "/accounts/999999")
        assert hidden == none
        assert hidden["status"] == 404

        again = admin.upload(FILE)
        admin("PATCH", f"/imports/{again['id']}", {"plan": plan})
        admin("POST", f"/imports/{again['id']}/run", {})
        for _try in range(100):
            second = admin("GET", f"/imports/{again['id']}")
            if second["state"] == "done":
                break
            time.sleep(0.2)
        assert (second["summary"]["created"], second["summary"]["updated"], second["summary"]["unchanged"]) == (
            0,
            0,
            3,
        ), second
        findings = json.loads(tend.run("doctor", "--json"))
        assert findings["holds"] is True, findings
