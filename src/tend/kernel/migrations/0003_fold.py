"""PostgreSQL's equal of base.names.normalise; SQLite gets the Python function itself with each connection."""

from django.db import migrations

MARKS = r"[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u064b-\u065f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]"
FROM = "øłđðħŧıŋəґς’‘ʼ`´ʹ′“”„«»‐‑‒–—−"
TO = "olddhtin\u0065\u0433\u03c3'''''''\"\"\"\"\"------"
FOLD = f"""
CREATE OR REPLACE FUNCTION tend_fold(given text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $$
  SELECT CASE WHEN octet_length(given) = char_length(given)
    THEN btrim(regexp_replace(replace(lower(given), '`', ''''), '\\s+', ' ', 'g'))
    ELSE btrim(regexp_replace(normalize(
      replace(replace(replace(replace(
        translate(
          regexp_replace(normalize(lower(normalize(given, NFKD)), NFKD), E'{MARKS}', '', 'g'),
          '{FROM}', '{TO.replace("'", "''")}'),
        'ß', 'ss'), 'þ', 'th'), 'æ', 'ae'), 'œ', 'oe'), NFC), '\\s+', ' ', 'g'))
  END
$$
"""


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        assert len(FROM) == len(TO)
        schema_editor.execute(FOLD)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION IF EXISTS tend_fold(text)")


class Migration(migrations.Migration):
    dependencies = [("kernel", "0002_tries")]
    operations = [migrations.RunPython(make, drop)]
