"""Words from which the sample company's customers are made, by country. Nobody here exists.

Telephone numbers come from ranges kept for fiction where a country has one, and from 555 numbers elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Country:
    """What names, streets and numbers of a country look like. `firms` pair an industry with patterns of a name."""

    code: str
    name: str
    language: str
    cities: tuple[tuple[str, str, str], ...]  # city, region, postal code with # for digits
    streets: tuple[str, ...]  # with {n} for the number
    landlines: tuple[str, ...]  # with # for digits
    mobiles: tuple[str, ...]
    firms: tuple[tuple[str, tuple[str, ...]], ...]  # English name of the industry, patterns with {}
    nouns: tuple[str, ...]
    legal: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


def _cities(text: str) -> tuple[tuple[str, str, str], ...]:
    rows = [line.split("|") for line in text.strip().splitlines()]
    return tuple((city.strip(), region.strip(), code.strip()) for city, region, code in rows)


SPAIN = Country(
    "ES", "Spain", "es",
    _cities("""
        Cádiz | Cádiz | 1100#
        Sevilla | Sevilla | 4100#
        Valencia | Valencia | 4600#
        Bilbao | Bizkaia | 4800#
        Málaga | Málaga | 2900#
        Zaragoza | Zaragoza | 5000#
        Madrid | Madrid | 2800#
        Gijón | Asturias | 3320#
    """),
    ("Calle del Olivo {n}", "Avenida del Puerto {n}", "Plaza Mayor {n}", "Calle de la Fuente {n}", "Paseo del Mar {n}"),
    ("+34 956 555 ###", "+34 954 555 ###", "+34 963 555 ###", "+34 944 555 ###"), ("+34 600 555 ###", "+34 655 555 ###"),
    (
        ("Hospitality", ("Hotel {}", "Hostal {}", "Restaurante {}")), ("Food and drink", ("Bodegas {}", "Aceites {}", "Conservas {}")),
        ("Wholesale", ("Distribuciones {}", "Suministros {}")), ("Construction", ("Construcciones {}", "Reformas {}")),
        ("Professional services", ("Asesoría {}", "Gestoría {}")), ("Retail", ("Ferretería {}", "Tiendas {}")),
    ),
    _words("Marisol Alameda Valdeluz Miramar Peñalba Montserín Aguaclara Torreblanca Almenar Solana Riofrío Encinar Brisamar "
           "Cortadura Baluarte Azahar Romeral Sotogrande Vegaverde Atalaya"),
    ("S.L.", "S.A.", "S. Coop."),
    _words("Lucía Carmen Pablo Javier Marta Elena Sergio Rocío Álvaro Inés Diego Pilar Ramón Nuria Andrés"),
    _words("Albarrán Cantero Delmonte Espinar Figueroa Gallardo Hinojosa Lozano Medrano Olmedo Quintana Robledo Salcedo Vallejo"),
)  # fmt: skip

PORTUGAL = Country(
    "PT", "Portugal", "pt",
    _cities("""
        Lisboa | Lisboa | 1100-0##
        Porto | Porto | 4000-0##
        Faro | Faro | 8000-1##
        Coimbra | Coimbra | 3000-0##
        Braga | Braga | 4700-0##
        Aveiro | Aveiro | 3800-0##
    """),
    ("Rua das Flores {n}", "Avenida da Praia {n}", "Largo da Sé {n}", "Rua do Moinho {n}", "Travessa do Cais {n}"),
    ("+351 21 555 0###", "+351 22 555 0###", "+351 289 555 0##"), ("+351 91 555 0###", "+351 96 555 0###"),
    (
        ("Hospitality", ("Hotel {}", "Pousada {}", "Quinta {}")), ("Food and drink", ("Adega {}", "Padaria {}", "Conserveira {}")),
        ("Manufacturing", ("Cerâmica {}", "Têxteis {}", "Cortiças {}")), ("Transport and logistics", ("Transportes {}",)),
        ("Health", ("Clínica {}", "Farmácia {}")), ("Retail", ("Livraria {}", "Casa {}")),
    ),
    _words("Alvorada Ribamar Outeiro Serrano Vale-Verde Lagoa Monte-Claro Pinhal Azenha Maresia Farol Ameixoeira Barrocal "
           "Sobreiro Nascente Poente Calçada Miradouro"),
    ("Lda.", "S.A.", "Unipessoal Lda."),
    _words("Inês Tiago Beatriz Rui Marta Nuno Catarina Duarte Filipa Gonçalo Leonor Vasco Sofia Afonso"),
    _words("Abrantes Bettencourt Caldeira Duarte Esteves Falcão Guimarães Leitão Meireles Noronha Pacheco Rebelo Seabra Teles"),
)  # fmt: skip

UKRAINE = Country(
    "UA", "Ukraine", "uk",
    _cities("""
        Одеса | Одеська область | 650##
        Львів | Львівська область | 790##
        Київ | Київ | 010##
        Чернівці | Чернівецька область | 580##
        Полтава | Полтавська область | 360##
        Ужгород | Закарпатська область | 880##
    """),
    ("вул. Каштанова, {n}", "вул. Садова, {n}", "просп. Свободи, {n}", "вул. Набережна, {n}", "вул. Миру, {n}"),
    ("+380 44 555 1# ##", "+380 48 555 2# ##", "+380 32 555 3# ##"), ("+380 50 555 4# ##", "+380 67 555 5# ##"),
    (
        ("Hospitality", ("Готель «{}»", "Ресторан «{}»")), ("Food and drink", ("Пекарня «{}»", "Молокозавод «{}»")),
        ("Software", ("{} Софт", "{} Лаб")), ("Construction", ("Будінвест «{}»", "Майстерня «{}»")),
        ("Wholesale", ("Торговий дім «{}»", "Гуртівня «{}»")), ("Education", ("Школа мов «{}»",)),
    ),
    _words("Калина Світанок Берегиня Чорноморець Карпати Дніпровий Веселка Затишок Ластівка Дубрава Полонина Жайвір Едельвейс "
           "Криниця Обрій Смерека"),
    ("ТОВ", "ПП", "ФОП"),
    _words("Оксана Тарас Наталія Богдан Ірина Андрій Соломія Максим Леся Роман Дарина Остап"),
    _words("Бондаренко Гнатюк Дорошенко Ковальчук Лисенко Мельничук Онищук Романюк Савченко Ткачук Черненко Яремчук"),
)  # fmt: skip

GERMANY = Country(
    "DE", "Germany", "de",
    _cities("""
        Berlin | Berlin | 1011#
        Hamburg | Hamburg | 2009#
        München | Bayern | 8033#
        Köln | Nordrhein-Westfalen | 5066#
        Frankfurt am Main | Hessen | 6031#
    """),
    ("Lindenstraße {n}", "Am Markt {n}", "Hafenweg {n}", "Mühlgasse {n}", "Bahnhofstraße {n}"),
    ("+49 30 23125 ###", "+49 40 66969 ###", "+49 89 99998 ###", "+49 221 4710 ###", "+49 69 90009 ###"), ("+49 171 39200 ##",),
    (
        ("Manufacturing", ("{} Maschinenbau", "{} Werkzeuge", "{} Technik")), ("Software", ("{} Systeme", "{} Digital")),
        ("Transport and logistics", ("{} Spedition", "{} Logistik")), ("Health", ("Praxis {}", "{} Medizintechnik")),
        ("Food and drink", ("Brauerei {}", "Bäckerei {}")), ("Hospitality", ("Gasthof {}", "Hotel {}")),
    ),
    _words("Ahrenholz Birkental Drossel Eschenbach Falkenried Grünwald Hollersee Kranich Lerchenau Mohnfeld Nordstern Osterbek "
           "Quellental Rabenstein Silberbach Tannhof Ulmenau Weidental"),
    ("GmbH", "GmbH & Co. KG", "AG", "KG"),
    _words("Anke Jürgen Katrin Lars Petra Stefan Ulrike Florian Heike Matthias Birgit Jonas Sabine Tobias"),
    _words("Adlerkamp Brinkhoff Denninger Eickmeyer Fahrenholt Grothe Harmsen Kesselbach Lüdecke Morgenthal Petersen Rüttgers Voßkamp"),
)  # fmt: skip

BRITAIN = Country(
    "GB", "United Kingdom", "en",
    _cities("""
        London | Greater London | EC1A #AA
        Bristol | Bristol | BS1 #AA
        Leeds | West Yorkshire | LS1 #AA
        Edinburgh | Edinburgh | EH1 #AA
        Cardiff | Cardiff | CF10 #AA
    """),
    ("{n} Orchard Lane", "{n} Mill Road", "{n} Harbour Street", "{n} Church Walk", "{n} Station Parade"),
    ("+44 20 7946 0###", "+44 117 496 0###", "+44 113 496 0###", "+44 131 496 0###", "+44 29 2018 0###"), ("+44 7700 900###",),
    (
        ("Software", ("{} Software", "{} Labs", "{} Data")), ("Professional services", ("{} Partners", "{} & Co", "{} Advisory")),
        ("Retail", ("{} Stores", "{} Outfitters")), ("Finance and insurance", ("{} Capital", "{} Insurance")),
        ("Education", ("{} Academy", "{} College")), ("Hospitality", ("The {} Arms", "{} House Hotel")),
    ),
    _words("Ashcombe Brackenridge Coldharbour Dunmere Eastvale Fernhollow Greystoke Hartwell Kingsbarrow Larkfield Merrowdown "
           "Northgate Oakhanger Pembury Quarrydene Ravenscar Stonebeck Thornbury Wychwood"),
    ("Ltd", "plc", "LLP"),
    _words("Alice Callum Daniel Eleanor Fiona George Harriet Imran Joanna Kenneth Laura Nadia Oliver Priya"),
    _words("Ainsworth Barraclough Clutterbuck Dunstan Eccleston Fotheringay Garside Hollingworth Kershaw Loxley Nethersole Pickersgill"),
)  # fmt: skip

FRANCE = Country(
    "FR", "France", "fr",
    _cities("""
        Lyon | Auvergne-Rhône-Alpes | 6900#
        Bordeaux | Nouvelle-Aquitaine | 3300#
        Nantes | Pays de la Loire | 4400#
        Lille | Hauts-de-France | 5900#
        Marseille | Provence-Alpes-Côte d'Azur | 1300#
    """),
    ("{n} rue des Tilleuls", "{n} quai du Port", "{n} place du Marché", "{n} avenue de la Gare", "{n} impasse du Moulin"),
    ("+33 1 99 00 1# ##", "+33 2 61 91 2# ##", "+33 3 53 01 3# ##", "+33 4 65 71 4# ##", "+33 5 36 49 5# ##"), ("+33 6 39 98 6# ##",),
    (
        ("Food and drink", ("Maison {}", "Domaine {}", "Fromagerie {}")), ("Hospitality", ("Hôtel {}", "Auberge {}", "Brasserie {}")),
        ("Construction", ("Bâtiment {}", "Menuiserie {}")), ("Professional services", ("Cabinet {}", "Études {}")),
        ("Retail", ("Librairie {}", "Comptoir {}")), ("Transport and logistics", ("Transports {}",)),
    ),
    _words("Aubépine Beauséjour Chanteloup Douvreleur Églantine Fontclaire Grandpré Hautefeuille Lavandière Montaigu Noisetier "
           "Peupliers Roselière Sauvagnac Tourterelle Valombreuse"),
    ("SARL", "SAS", "SA"),
    _words("Amélie Benoît Camille Delphine Étienne Florence Guillaume Hélène Julien Margaux Nicolas Odile Thibault"),
    _words("Aubrac Bellegarde Chastain Delorme Estève Fauvel Garnier Lacombe Marchand Péchard Rousselet Tavernier Vautrin"),
)  # fmt: skip

BRAZIL = Country(
    "BR", "Brazil", "pt-br",
    _cities("""
        São Paulo | São Paulo | 01310-0##
        Curitiba | Paraná | 80010-0##
        Recife | Pernambuco | 50010-0##
        Salvador | Bahia | 40010-0##
        Porto Alegre | Rio Grande do Sul | 90010-0##
    """),
    ("Rua das Acácias, {n}", "Avenida Beira-Rio, {n}", "Rua do Comércio, {n}", "Alameda dos Ipês, {n}"),
    ("+55 11 5555 0###", "+55 41 3555 0###", "+55 81 3555 0###", "+55 51 3555 0###"), ("+55 11 95555 0###", "+55 41 95555 0###"),
    (
        ("Hospitality", ("Pousada {}", "Hotel {}")), ("Food and drink", ("Cafés {}", "Laticínios {}", "Doces {}")),
        ("Wholesale", ("Atacado {}", "Distribuidora {}")), ("Health", ("Clínica {}", "Laboratório {}")),
        ("Software", ("{} Tecnologia", "{} Sistemas")), ("Retail", ("Lojas {}", "Empório {}")),
    ),
    _words("Araucária Bem-te-vi Cajueiro Dourado Flamboyant Guaraci Ipanemirim Jatobá Lua-Nova Mandacaru Orquídea Pitangueira "
           "Quaresmeira Sabiá Tangará Vitória-Régia"),
    ("Ltda.", "S.A.", "ME"),
    _words("Aline Bruno Camila Danilo Fernanda Gustavo Helena Igor Juliana Leandro Mariana Otávio Renata Thiago"),
    _words("Andrade Barreto Cavalcante Drummond Faria Goulart Lacerda Magalhães Nogueira Peixoto Queiroga Sampaio Travassos"),
)  # fmt: skip

COUNTRIES: tuple[Country, ...] = (SPAIN, PORTUGAL, UKRAINE, GERMANY, BRITAIN, FRANCE, BRAZIL)
SHARES = (26, 20, 14, 12, 12, 9, 7)

TITLES = (
    "Owner",
    "Head of purchasing",
    "Managing director",
    "Office manager",
    "Head of operations",
    "Accounts clerk",
    "Buyer",
)
TEXTS = (
    "Asked for the new price list; wants a second delivery day.",
    "Content with the last delivery. Talks about a second site next year.",
    "Short talk, budget is decided at the end of the quarter.",
    "Wants samples of the new range before deciding.",
    "Compared us with a cheaper offer; service decides.",
    "New head of purchasing, introduced myself.",
    "Invoices should go to a shared mailbox from now on.",
    "Would recommend us to a sister company.",
    "Complained about one late delivery, settled.",
    "Season begins in May; call again before that.",
)
REMARKS = (
    "Calls only in the morning.", "Prefers to be called on the mobile.", "Do not mention the old contract.",
    "budget=15000", "fleet=12", "size=medium", "fair=Lisboa", "Speaks English and French.",
)  # fmt: skip
