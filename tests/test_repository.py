"""Rules of the house that no linter knows, held over every file of the project."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/tend"
FLOORS = ("site", "doors", "adapters", "engines", "domains", "people", "kernel", "base")

# Every place that works without a user, with its reason as the code says it. A new one is a decision: add it here.
AS_SYSTEM: set[tuple[str, str]] = {
    ("kernel/imports/run.py", "an import shows its own work"),
    ("kernel/imports/run.py", "a run counts for itself"),
    ("kernel/imports/relay.py", "a run counts for itself"),
    ("domains/accounts/portfolio.py", "ids of a team's pool, before the scope"),
    ("kernel/integrity.py", "doctor looks at every record"),
    ("kernel/rewording.py", "what is erased is erased everywhere, whoever sees it"),
    ("domains/accounts/lookalikes.py", "look-alikes are looked for among all accounts, and told to those who see both"),
    ("domains/accounts/portfolio_check.py", "doctor looks at every account"),
    (
        "domains/contacts/lookalikes.py",
        "contacts that look alike are looked for among all, and shown to those who see both",
    ),
    ("domains/accounts/portfolio.py", "access rows copy the sort keys of their account"),
    ("domains/accounts/reactions.py", "a circle through a hidden account is refused too"),
    ("domains/accounts/statuses.py", "a book is looked at as a whole"),
    ("domains/activities/conversations.py", "a conversation holds together whoever sees the whole of it"),
    ("domains/activities/tries.py", "a call is tried whoever sees the try"),
    ("domains/activities/leaving.py", "nothing that a leaver looks after may be left behind, whoever sees it"),
    ("domains/contacts/address_book/cards.py", "narrowed to the contacts in sight"),
    ("domains/contacts/address_book/lookup.py", "narrowed to the contacts in sight"),
    ("domains/activities/intake/lookup.py", "narrowed to the accounts in sight"),
    ("domains/activities/participants.py", "the account of an activity one may change"),
    ("domains/activities/queries.py", "promises to accounts that the reader has before him"),
    ("domains/activities/queries.py", "the cycle keeps its calls whoever sees the account"),
    ("domains/contacts/intake/lookup.py", "narrowed to the accounts in sight"),
    ("domains/contacts/intake/people.py", "narrowed to the contacts in sight"),
    ("domains/contacts/queries.py", "an account is locked before the contact that is the same person"),
    ("domains/contacts/queries.py", "contacts without any account"),
    ("domains/contacts/queries.py", "narrowed to the people in sight"),
    ("domains/contacts/same_person.py", "an account and its person are kept in step, whoever sees the other one"),
    ("domains/contacts/reactions.py", "an account has one main contact, whoever sees the others"),
    ("domains/contacts/queries.py", "ids of contacts in reach, before the scope"),
    ("domains/contacts/queries.py", "joined to the scope of accounts"),
    ("domains/documents/queries.py", "joined to the scope of what documents hang on"),
    ("domains/documents/queries.py", "documents of a record that the reader sees"),
    ("domains/documents/queries.py", "search follows a file that was looked into"),
    ("doors/terminal/answering.py", "the command line names its user"),
    ("doors/terminal/users.py", "an e-mail address belongs to one user"),
    ("doors/terminal/users.py", "the command line names roles"),
    ("doors/terminal/users.py", "the command line names teams"),
    ("doors/web/palette/records.py", "one's own last changes, shown through the scope"),
    ("doors/web/records/history.py", "the history of a record that the reader sees"),
    ("engines/cadence/by_hand.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/desk.py", "the cycle keeps its calls whoever sees the account"),
    ("engines/cadence/doctor.py", "doctor looks at every account"),
    ("engines/cadence/first_calls.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/late_calls.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/replacing.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/trend.py", "coverage is counted for every owner, and shown to whoever sees all of his accounts"),
    ("engines/cadence/lots.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/nightly.py", "pauses end on their date"),
    ("engines/cadence/call_rows.py", "what belongs to calls that the reader sees"),
    ("engines/cadence/queries.py", "what belongs to calls that the reader sees"),
    ("engines/cadence/reactions.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/coverage.py", "whether an account in sight has a number"),
    ("engines/cadence/day_lists.py", "the list of one's own day"),
    ("engines/cadence/day_numbers.py", "as tend.engines.cadence.day_lists says"),
    ("engines/cadence/forecasting.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/overdue.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/redating.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/rescue.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/recount.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/rerolling.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/spreading.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/telling.py", "as tend.engines.cadence.desk says"),
    ("engines/cadence/undoing.py", "as tend.engines.cadence.desk says"),
    ("kernel/book_rules.py", "a book is looked at as a whole"),
    ("kernel/characteristics/commands.py", "the shape of records is no secret"),
    ("kernel/characteristics/filterable.py", "every record holds the values of its type's characteristics"),
    ("kernel/characteristics/promoting.py", "the keys of remarks are looked at as a whole"),
    ("kernel/characteristics/recasting.py", "what a characteristic becomes concerns all records, views and imports"),
    ("kernel/jobs/packing.py", "the options of a bulk job were looked up by its actor"),
    ("kernel/jobs/queue.py", "each sees his own work"),
    ("kernel/jobs/queue.py", "the queue belongs to nobody"),
    ("kernel/jobs/stages.py", "a bulk job goes on with its own operation"),
    ("kernel/jobs/stages.py", "an operation shows its own work"),
    ("kernel/jobs/worker.py", "the worker closes what it could not finish"),
    ("kernel/listing/listing.py", "counts by a value of the parts of records in scope"),
    ("kernel/notices.py", "a notice belongs to one person"),
    ("kernel/operations.py", "narrowed to the actor in the next line"),
    ("kernel/erasing.py", "what is erased is erased everywhere, whoever sees it"),
    ("domains/contacts/erasing.py", "what is erased is erased everywhere, whoever sees it"),
    ("domains/activities/erasing.py", "what is erased is erased everywhere, whoever sees it"),
    ("domains/documents/erasing.py", "what is erased is erased everywhere, whoever sees it"),
    ("kernel/feed.py", "the feed reads the history in order, and each reader asks the scope"),
    ("kernel/deeds.py", "one's own writes, narrowed to the records in one's sight"),
    ("kernel/told.py", "of an operation that was found in sight"),
    ("kernel/one_of.py", "what a unique constraint allows once is looked for under every record"),
    ("kernel/undo.py", "undo keeps records that somebody worked on"),
    ("kernel/undo.py", "undo reads what was written, then asks the scope"),
    ("kernel/organisation.py", "the organisation is the same for everybody"),
    ("kernel/query/compiler.py", "a filter reaches the parts of records that the scope has chosen"),
    ("kernel/search/projection.py", "rebuilding what search knows"),
    ("kernel/traits/characteristics.py", "the shape of records is no secret"),
    ("kernel/unit.py", "derived rows follow parts that were written"),
    ("kernel/unit.py", "owners are locked, not read"),
    ("kernel/merging/hanging.py", "counted under records in the reader's sight"),
    ("kernel/merging/rehearsing.py", "what a trial run wrote, narrowed to the reader's sight"),
    ("kernel/merging/leading.py", "where a merged record went is followed to its end, then the scope is asked"),
    ("kernel/merging/stray.py", "what hangs on a merged record moves with it, whoever sees it"),
    ("kernel/merging/moving.py", "what hangs on a merged record moves with it, whoever sees it"),
    ("kernel/merging/parting.py", "what a merge moved goes back, whoever sees it"),
    ("kernel/merging/returning.py", "what a merge moved goes back, whoever sees it"),
    ("domains/accounts/merging.py", "whoever looked after a merged account keeps sight of it"),
    ("domains/contacts/merging.py", "an account and its person are kept in step, whoever sees the other one"),
    ("kernel/uses.py", "a value is used by records that its administrator may not see"),
    ("people/access.py", "rights are worked out before there is an actor"),
    ("people/calendars.py", "planning knows everybody's working days"),
    ("people/invitations.py", "a forgotten password is asked for before there is an actor"),
    ("people/reactions.py", "the whole tree and everybody's rights are looked at before a change is written"),
    ("people/looking.py", "whom an administrator looks as is read before there is an actor"),
    ("people/security_reactions.py", "the security log names roles"),
    ("people/signin.py", "signing in happens before there is an actor"),
    ("engines/following/happened.py", "what happened is read as it was written, then each follower's scope is asked"),
    ("engines/following/mentioned.py", "names in texts that the reader has before him"),
    ("engines/following/mentions.py", "whoever is named in a text is looked for among all colleagues"),
    ("engines/following/telling.py", "followers are found for all that happened, then each one's scope is asked"),
    ("engines/reminders/outbox.py", "the outbox belongs to nobody"),
    ("engines/reminders/turns.py", "whoever has planned something is reminded of it"),
    ("people/mail_wishes.py", "mail goes to whoever may sign in, as he wishes"),
    ("people/erasing.py", "what is erased is erased everywhere, whoever sees it"),
    ("engines/following/erasing.py", "what is erased is erased everywhere, whoever sees it"),
    ("people/feeds.py", "the address of a calendar is looked up before there is an actor"),
    ("people/tokens.py", "a token is looked up before there is an actor"),
    ("site/demo/cast.py", "the sample company"),
    ("site/demo/company.py", "the sample company"),
    ("site/demo/extras.py", "the sample company"),
    ("site/prepare.py", "setting up an empty Tend"),
    ("site/prepare.py", "the first administrator needs his role"),
    ("site/prepare.py", "the operator's own way in"),
    ("site/presets.py", "shipped values are compared with all there are"),
}

# Rows that are no records: kept figures and keys, written outside a unit of work. A new one is a decision too.
WRITTEN_BESIDE: set[tuple[str, str]] = {
    ("people/access.py", "AccessEpoch.objects.update"),
}


def modules(*floors: str) -> Iterator[tuple[str, ast.Module]]:
    """Path below src/tend and syntax tree of each module of the floors, migrations left out."""
    for floor in floors:
        for path in sorted((SOURCE / floor).rglob("*.py")):
            if "migrations" not in path.parts:
                yield path.relative_to(SOURCE).as_posix(), ast.parse(path.read_text())


def calls(tree: ast.Module) -> Iterator[tuple[ast.Call, str]]:
    """Each call in a module, with the last word of what is called."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node, node.func.attr
            elif isinstance(node.func, ast.Name):
                yield node, node.func.id


def texts() -> Iterator[tuple[str, str]]:
    """Every text file of the project that Git would keep: path and content."""
    roots = [ROOT / name for name in ("src", "tests", "frontend", "docs", ".ci")]
    files = [path for root in roots for path in root.rglob("*") if path.is_file()]
    files += [path for path in ROOT.iterdir() if path.is_file()]
    skipped = {"__pycache__", "dist", "dist.new", "node_modules"}
    kept = {".py", ".md", ".html", ".css", ".js", ".mjs", ".toml", ".json", ".lock", ".txt", ".po", ".csv", ".sql", ""}
    for path in sorted(files):
        if skipped.isdisjoint(path.parts) and path.suffix in kept and path.name != "uv.lock":
            try:
                yield path.relative_to(ROOT).as_posix(), path.read_text()
            except UnicodeDecodeError:
                continue


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock", "package-lock.json"])
def test_lock_files_name_no_registry(name: str) -> None:
    assert "://" not in (ROOT / name).read_text()


@pytest.mark.parametrize("name", ["requirements.lock", "requirements-test.lock"])
def test_each_locked_package_has_a_hash(name: str) -> None:
    listing = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    packages = [line for line in listing if line and not line.startswith(("#", " "))]
    assert packages
    assert [line for line in packages if "==" not in line or "--hash=sha256:" not in line] == []


def test_the_tests_lock_holds_the_same_versions_as_the_production_lock() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[\w.-]+==[^ ;\\]+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-test.lock")


def test_npm_packages_are_pinned_exactly() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    versions = package["dependencies"] | package["devDependencies"]
    assert {name: version for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)} == {}


def test_no_file_knows_the_machine_it_was_written_on() -> None:
    # Put together from parts, so that this file does not find itself.
    strange = re.compile("|".join(("/" + "work/", "/" + "farm/", r"\." + "library", "before" + "-stop", "/" + "root/")))
    assert [name for name, text in texts() if strange.search(text)] == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "manager", "managers"}
    assert [path for path, _ in modules(*FLOORS) if drawers & set(Path(path).with_suffix("").parts)] == []


def test_each_module_says_what_it_is_for() -> None:
    assert [path for path, tree in modules(*FLOORS) if tree.body and not ast.get_docstring(tree)] == []


def test_records_are_written_by_the_kernel_alone() -> None:
    offenders = []
    for path, tree in modules("site", "doors", "adapters", "engines", "domains", "people"):
        for call, name in calls(tree):
            if writes_records(call, name):
                offenders.append((path, ast.unparse(call.func)))
    assert set(offenders) - WRITTEN_BESIDE == set()


def writes_records(call: ast.Call, name: str) -> bool:
    """Whether a call looks like the ORM's writing; `dict.update(other)` and a cache's `delete` are none."""
    if not isinstance(call.func, ast.Attribute) or ast.unparse(call.func.value).split(".")[-1] in NO_RECORDS:
        return False
    if name == "update":
        return bool(call.keywords) and not call.args and all(keyword.arg for keyword in call.keywords)
    return name in {"save", "delete", "bulk_create", "bulk_update", "update_or_create", "get_or_create"}


NO_RECORDS = {"cache", "context", "default_storage", "router", "session"}


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("account.save()", True),
        ("Account.objects.filter(pk=1).delete()", True),
        ("rows.update(owner=olga)", True),
        ("Account.objects.bulk_create(rows)", True),
        ("found.update(other)", False),
        ("found.update({'a': 1})", False),
        ("cache.delete('key')", False),
        ("context.update(page=1)", False),
        ("save(account)", False),
    ],
)
def test_writing_is_told_from_its_namesakes(code: str, verdict: bool) -> None:
    call, name = next(calls(ast.parse(code)))
    assert writes_records(call, name) is verdict


def test_doors_ask_scoped_queries() -> None:
    unscoped = {"objects", "_default_manager", "_base_manager"}
    offenders = []
    for path, tree in modules("doors"):
        # `seen_by(actor)` is the scope, `of(records)` the parts of records met through it; `as_system` is counted below.
        nodes = [node for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
        scoped = {id(node.value) for node in nodes if node.attr in {"seen_by", "of", "as_system"}}
        asked = [node for node in nodes if node.attr in unscoped and id(node) not in scoped]
        offenders += [f"{path}:{node.lineno} {ast.unparse(node)}" for node in asked]
    assert offenders == []


def test_nothing_listens_to_signals() -> None:
    hidden = ("django.db.models.signals", "django.dispatch")
    offenders = [
        f"{path}:{node.lineno}"
        for path, tree in modules(*FLOORS)
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(hidden)
    ]
    assert offenders == []


def test_the_kernel_names_no_domain() -> None:
    domains = [path.name for path in (SOURCE / "domains").iterdir() if path.is_dir() and path.name[0] not in "_."]
    named = re.compile(rf"tend\.domains.*|({'|'.join(domains)})\.[a-z_]+")
    offenders = [
        f"{path}:{node.lineno} {node.value}"
        for path, tree in modules("kernel")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and named.fullmatch(node.value)
    ]
    assert offenders == []


def test_each_place_that_works_without_a_user_is_listed() -> None:
    assert places_without_a_user() - AS_SYSTEM == set()


def places_without_a_user() -> set[tuple[str, str]]:
    """Each `as_system(why)`: where it stands and what it says, or which module's constant says it."""
    found = set()
    for path, tree in modules(*FLOORS):
        said: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
                said |= {ast.unparse(target): str(node.value.value) for target in node.targets}
            elif isinstance(node, ast.ImportFrom):
                said |= {alias.asname or alias.name: f"as {node.module} says" for alias in node.names}
        for call, name in calls(tree):
            if name == "as_system":
                given = call.args[0] if call.args else None
                reason = given.value if isinstance(given, ast.Constant) else said.get(ast.unparse(given or call))
                found.add((path, str(reason or f"no reason in words: {ast.unparse(call)}")))
    return found


def test_templates_carry_no_script_or_style_of_their_own() -> None:
    inline = {
        "a script": re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE),
        "a style element": re.compile(r"<style\b", re.IGNORECASE),
        "a style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
        "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
        "an hx-on attribute": re.compile(r"<[^>]*\shx-on[:a-z-]*\s*=", re.IGNORECASE),
        "a javascript address": re.compile(r"javascript:", re.IGNORECASE),
    }
    offenders = []
    for path in sorted(SOURCE.rglob("templates/**/*.html")):
        text = path.read_text()
        offenders += [f"{path.relative_to(SOURCE)}: {what}" for what, pattern in inline.items() if pattern.search(text)]
    assert offenders == []


def test_run_describes_each_of_its_chores() -> None:
    tree = ast.parse((ROOT / "run").read_text())
    chores = next(
        [key.value for key in node.value.keys if isinstance(key, ast.Constant)]
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Dict)
        and "chores" in ast.unparse(node.targets[0])
    )
    described = ast.get_docstring(tree) or ""
    assert chores
    assert [chore for chore in chores if f"./run {chore} " not in described] == []
