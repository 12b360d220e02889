"""Outlook: the contacts export in English, Spanish, Portuguese, German, French, Ukrainian and Russian; others next door.

Its "Title" is the form of address, unlike anywhere else.
"""

from dataclasses import replace

from tend.base.headers.systems import outlook_languages
from tend.base.headers.systems.system import System

_OWN = System(
    code="outlook",
    label="Outlook",
    telltales="""Business Street | Business City | Business Postal Code | Business Country/Region | Company Main Phone | Assistant's Phone |
        E-mail Display Name | Directory Server | TTY/TDD Phone | Business Fax | Organizational ID Number | Government ID Number |
        Straße geschäftlich | Ort geschäftlich | Postleitzahl geschäftlich | Land/Region geschäftlich | Weitere Vornamen |
        Calle del trabajo | Ciudad de trabajo | Código postal del trabajo | País o región del trabajo |
        Rua do Endereço Comercial | Cidade do Endereço Comercial | CEP do Endereço Comercial | País/Região do Endereço Comercial |
        Rue (bureau) | Ville (bureau) | Code postal (bureau) | Pays/Région (bureau) | Télécopie (bureau) |
        Улица (раб. адрес) | Город (раб. адрес) | Почтовый код (раб. адрес) | Телефон переносной |
        Вулиця (робоча адреса) | Місто (робоча адреса) | Поштовий індекс (робоча адреса) | Робоча адреса, вулиця | Робоча адреса, місто""",
    columns={
        "salutation": "Title | Anrede | Tratamiento | Título | Titre | Обращение | Звернення | Titel",
        "first_name": "First Name | Vorname | Nombre | Nome | Prénom | Имя | Ім'я",
        "middle_name": "Middle Name | Weitere Vornamen | Segundo nombre | Segundo Nome | Deuxième prénom | Отчество | По батькові",
        "last_name": "Last Name | Nachname | Apellidos | Sobrenome | Nom | Фамилия | Прізвище",
        "company": "Company | Firma | Organización | Empresa | Compañía | Société | Организация | Організація",
        "department": "Department | Abteilung | Departamento | Service | Отдел | Відділ",
        "job_title": "Job Title | Position | Puesto | Cargo | Fonction | Должность | Посада",
        "street": """Business Street | Straße geschäftlich | Calle del trabajo | Rua do Endereço Comercial | Rue (bureau) |
            Улица (раб. адрес) | Вулиця (робоча адреса) | Робоча адреса, вулиця""",
        "street2": """Business Street 2 | Business Street 3 | Straße geschäftlich 2 | Straße geschäftlich 3 | Calle del trabajo 2 |
            Rua do Endereço Comercial 2 | Rue (bureau) 2 | Улица 2 (раб. адрес) | Вулиця 2 (робоча адреса)""",
        "city": """Business City | Ort geschäftlich | Ciudad de trabajo | Cidade do Endereço Comercial | Ville (bureau) |
            Город (раб. адрес) | Місто (робоча адреса) | Робоча адреса, місто""",
        "region": """Business State | Region geschäftlich | Bundesland/Kanton geschäftlich | Provincia o estado de trabajo |
            Estado do Endereço Comercial | Dép/Région (bureau) | Область (раб. адрес) | Область (робоча адреса)""",
        "postal_code": """Business Postal Code | Postleitzahl geschäftlich | Código postal del trabajo | CEP do Endereço Comercial |
            Code postal (bureau) | Почтовый код (раб. адрес) | Поштовий індекс (робоча адреса)""",
        "country": """Business Country/Region | Business Country | Land/Region geschäftlich | País o región del trabajo |
            País/Região do Endereço Comercial | Pays/Région (bureau) | Страна или регион (раб. адрес) | Страна (раб. адрес) |
            Країна/регіон (робоча адреса) | Країна (робоча адреса)""",
        "other.street": "Home Street | Other Street | Straße privat | Calle particular | Rua do Endereço Residencial | Rue (domicile)",
        "other.city": "Home City | Other City | Ort privat | Ciudad particular | Cidade do Endereço Residencial | Ville (domicile)",
        "other.region": "Home State | Other State | Region privat | Dép/Région (domicile)",
        "other.postal_code": """Home Postal Code | Other Postal Code | Postleitzahl privat | Código postal particular |
            CEP do Endereço Residencial | Code postal (domicile)""",
        "other.country": "Home Country/Region | Home Country | Other Country/Region | Land/Region privat | Pays/Région (domicile)",
        "phone": """Business Phone | Company Main Phone | Primary Phone | Telefon geschäftlich | Telefon Firma | Haupttelefon |
            Teléfono del trabajo | Teléfono principal | Telefone Comercial | Telefone Principal | Téléphone (bureau) |
            Téléphone société | Рабочий телефон | Робочий телефон | Основной телефон | Основний телефон""",
        "mobile": "Mobile Phone | Mobiltelefon | Teléfono móvil | Móvil | Celular | Tél. mobile | Телефон переносной | Мобільний телефон",
        "fax": """Business Fax | Fax geschäftlich | Fax del trabajo | Fax Comercial | Télécopie (bureau) | Рабочий факс | Робочий факс""",
        "phone_other": """Home Phone | Other Phone | Business Phone 2 | Home Phone 2 | Telefon privat | Weiteres Telefon |
            Telefon geschäftlich 2 | Teléfono particular | Otro teléfono | Telefone Residencial | Outro Telefone |
            Téléphone (domicile) | Téléphone (autre) | Домашний телефон | Домашній телефон | Другой телефон""",
        "email": """E-mail Address | E-Mail-Adresse | Dirección de correo electrónico | Endereço de Email | Endereço de E-mail |
            Adresse de messagerie | Adresse e-mail | Адрес эл. почты | Адреса електронної пошти""",
        "email_other": """E-mail 2 Address | E-mail 3 Address | E-Mail 2: Adresse | E-Mail 3: Adresse |
            Dirección del correo electrónico 2 | Endereço de Email 2 | Adresse de messagerie 2 | Адрес 2 эл. почты""",
        "birthday": "Birthday | Geburtstag | Cumpleaños | Aniversário | Anniversaire | День рождения | День народження",
        "tags": "Categories | Kategorien | Categorías | Categorias | Catégories | Категории | Категорії",
        "remark": "Notes | Notizen | Notas | Anotações | Заметки | Нотатки",
        "website": "Web Page | Webseite | Página Web | Página da Web | Page Web | Веб-страница | Веб-сторінка",
        "language": "Language | Sprache | Idioma | Langue | Язык | Мова",
        "referred_by": "Referred By | Empfohlen von",
        "-": """E-mail Type | E-mail Display Name | E-mail 2 Type | E-mail 2 Display Name | E-mail 3 Type | E-mail 3 Display Name |
            E-Mail-Typ | E-Mail: Angezeigter Name | Directory Server | TTY/TDD Phone | Telex | Radio Phone | Pager | ISDN | Callback |
            Car Phone | Home Fax | Other Fax | Assistant's Phone | Assistant's Name | Anniversary | Billing Information | Children |
            Gender | Government ID Number | Hobby | Initials | Internet Free Busy | Keywords | Location | Manager's Name | Mileage |
            Office Location | Organizational ID Number | PO Box | Priority | Private | Profession | Sensitivity | Spouse | User 1 |
            Suffix | Account | Business Address PO Box | Home Address PO Box | Other Address PO Box""",
    },
)

SYSTEM = replace(
    _OWN,
    telltales=f"{_OWN.telltales} | {outlook_languages.telling()}",
    columns={
        **_OWN.columns,
        **{
            concept: " | ".join(filter(None, (_OWN.columns.get(concept, ""), outlook_languages.names_of(concept))))
            for concept in outlook_languages.concepts()
        },
    },
)
