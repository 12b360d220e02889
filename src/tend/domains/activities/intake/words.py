"""What other systems call kinds, states and columns of activities, in the languages of Tend; ours are understood anyway."""

from __future__ import annotations

from tend.base.headers.keys import key
from tend.domains.activities.models import Direction, Kind, State

_KINDS = {
    Kind.CALL: """call | calls | phone | phone call | telephone | outbound call | inbound call | outgoing call | incoming call |
        cold call | llamada | llamada telefónica | ligação | chamada | telefonema | anruf | telefonat | appel | дзвінок | звонок""",
    Kind.MEETING: """meeting | event | appointment | visit | demo | lunch | video call | reunión | cita | visita | reunião | encontro |
        termin | besprechung | besuch | réunion | rendez-vous | зустріч | встреча""",
    Kind.EMAIL: "email | e-mail | mail | correo | correo electrónico | lista de correo | courriel | лист | ел. лист | письмо",
    Kind.MESSAGE: "message | sms | chat | whatsapp | text message | mensaje | mensagem | nachricht | повідомлення | сообщение",
    Kind.LETTER: "letter | post | postal mail | carta | brief | lettre | поштовий лист",
    Kind.NOTE: "note | notes | comment | nota | anotação | notiz | bemerkung | remarque | нотатка | заметка",
    Kind.TASK: "task | to do | todo | to-do | follow up | tarea | tarefa | aufgabe | tâche | завдання | задача",
}
_STATES = {
    State.DONE: """done | completed | complete | closed | held | finished | yes | true | 1 | hecho | completado | cerrado | feito |
        concluído | concluída | realizado | realizada | erledigt | abgeschlossen | fait | terminé | виконано | завершено | выполнено""",
    State.PLANNED: """planned | open | not started | in progress | pending | scheduled | to do | todo | waiting | overdue | no | false | 0 |
        pendiente | planificado | abierto | pendente | planejado | planejada | agendado | aberto | geplant | offen | prévu |
        заплановано | відкрито | запланировано""",
    State.CANCELLED: """cancelled | canceled | deferred | not held | cancelado | cancelada | abgesagt | annulé | скасовано | отменено""",
}
_DIRECTIONS = {
    Direction.OUT: "out | outgoing | outbound | saliente | saída | ausgehend | sortant | вихідний | исходящий",
    Direction.IN: "in | incoming | inbound | received | entrante | entrada | eingehend | entrant | вхідний | входящий",
}
COLUMNS = {
    "account": """account | company | customer | client | organization | organisation | account name | company name | related to |
        regarding | cuenta | empresa | cliente | conta | firma | kunde | konto | client | société | entreprise | компанія | клієнт |
        обліковий запис | компания | клиент""",
    "account.number": "account number | customer number | client number | company number | kundennummer | número de cliente",
    "account.external_ref": "account id | accountid | company id | customer id | organization id | whatid | crm id of the account",
    "account.email": "account e-mail | company e-mail | email | e-mail | mail | correo | contact email",
    "account.phone": "account phone | company phone | phone | telephone | phone number | teléfono | telefone | telefon | телефон",
    "contacts": """contact | contact name | contacts | person | people | who | attendees | contacto | contato | persona | pessoa |
        ansprechpartner | kontakt | personne | контакт | людина""",
    "kind": "kind | type | activity type | task type | event type | tipo | tipo de actividad | tipo de atividad | art | typ | тип | вид",
    "direction": "direction | call direction | call type | dirección | direção | richtung | напрямок",
    "state": "state | status | task status | activity status | estado | situação | stand | statut | completed | is closed | стан | статус",
    "outcome": """outcome | result | call result | call outcome | disposition | call disposition | resultado | ergebnis | résultat |
        результат""",
    "planned_on": """due on | due | due date | planned on | planned for | scheduled for | next call | follow up on | follow up date |
        fecha de vencimiento | vence | vencimiento | prazo | data de vencimento | previsto para | fällig am | fällig | échéance |
        заплановано на | термін | срок""",
    "planned_time": "due time | planned time | start time | hora | uhrzeit | heure | час",
    "done_at": """done at | done on | completed at | completed on | completed date | date completed | held on | call date | activity date |
        date | date and time | start | start date | created date | fecha | hecho el | data | realizado em | datum | erledigt am | date |
        виконано о | дата""",
    "duration": "duration | minutes | duration in minutes | call duration | duración | duração | dauer | durée | тривалість",
    "subject": "subject | title | topic | asunto | assunto | betreff | thema | objet | тема",
    "text": """remark | remarks | note | notes | comment | comments | description | full comments | what was said | body | details |
        observaciones | comentario | comentarios | nota | notas | observações | bemerkung | bemerkungen | notiz | notizen | beschreibung |
        remarque | remarques | commentaire | нотатка | примітка | коментар | опис | комментарий""",
    "place": "place | location | where | lugar | local | ort | lieu | місце | место",
    "responsible": """responsible | assigned to | owner | activity owner | user | by | caller | made by | created by | responsable |
        asignado a | propietario | responsável | atribuído a | verantwortlich | zuständig | bearbeiter | responsable | відповідальний |
        ответственный""",
    "external_ref": "activity id | task id | event id | call id | activityid | external reference | source id",
}  # fmt: skip


def _spelled(words: dict[str, str]) -> dict[str, str]:
    return {key(word): str(code) for code, listed in words.items() for word in _split(listed)}


def _split(listed: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(" ".join(word.split()) for word in listed.split("|")))


_KNOWN = {"kind": _spelled(_KINDS), "state": _spelled(_STATES), "direction": _spelled(_DIRECTIONS)}  # type: ignore[arg-type]


def meant(field: str, text: str) -> str | None:
    """The code that a word of another system means for kind, state or direction; None when it says nothing to us."""
    return _KNOWN[field].get(key(text))


def columns(field: str) -> tuple[str, ...]:
    """What a column that fills this field may be called."""
    return _split(COLUMNS[field]) if field in COLUMNS else ()
