"""The contacts export of Outlook in further languages: a table of what each column is called there.

Versions differ in small words; the forms of several stand side by side. Divided by " | " as everywhere.
"""

from __future__ import annotations

LANGUAGES: dict[str, dict[str, str]] = {
    "it": {
        "salutation": "Titolo", "first_name": "Nome", "middle_name": "Secondo nome", "last_name": "Cognome",
        "company": "Società", "department": "Reparto", "job_title": "Posizione | Qualifica",
        "street": "Via (uff.) | Indirizzo (uff.)", "street2": "Via (uff.) 2 | Via (uff.) 3 | Via 2 (uff.) | Via 3 (uff.)",
        "city": "Città (uff.)", "region": "Provincia (uff.) | Provincia o stato società", "postal_code": "CAP (uff.)",
        "country": "Paese (uff.) | Paese/area geografica (uff.)",
        "other.street": "Via (ab.) | Altra via", "other.city": "Città (ab.) | Altra città", "other.region": "Provincia (ab.) | Altra provincia",
        "other.postal_code": "CAP (ab.) | Altro CAP", "other.country": "Paese (ab.) | Paese/area geografica (ab.) | Altro paese",
        "phone": "Telefono (uff.) | Ufficio | Telefono principale società | Telefono principale", "mobile": "Cellulare | Numero di cellulare | Telefono cellulare",
        "fax": "Fax (uff.)", "phone_other": "Telefono (ab.) | Abitazione | Telefono (uff.) 2 | Ufficio 2 | Altro telefono",
        "email": "Indirizzo posta elettronica | Indirizzo di posta elettronica", "email_other": "Indirizzo posta elettronica 2 | Posta el. 2 | Posta el. 3",
        "birthday": "Compleanno", "tags": "Categorie", "remark": "Note", "website": "Pagina Web", "language": "Lingua",
    },
    "pl": {
        "salutation": "Tytuł", "first_name": "Imię", "middle_name": "Drugie imię", "last_name": "Nazwisko", "company": "Firma",
        "department": "Dział", "job_title": "Stanowisko",
        "street": "Ulica (adres służbowy) | Adres służbowy - ulica", "street2": "Ulica 2 (adres służbowy) | Adres służbowy - ulica 2",
        "city": "Miejscowość (adres służbowy) | Adres służbowy - miejscowość", "region": "Województwo (adres służbowy) | Adres służbowy - województwo",
        "postal_code": "Kod pocztowy (adres służbowy) | Adres służbowy - kod pocztowy", "country": "Kraj (adres służbowy) | Kraj/region (adres służbowy) | Adres służbowy - kraj",
        "other.street": "Ulica (adres domowy) | Adres domowy - ulica", "other.city": "Miejscowość (adres domowy) | Adres domowy - miejscowość",
        "other.postal_code": "Kod pocztowy (adres domowy) | Adres domowy - kod pocztowy", "other.country": "Kraj/region (adres domowy) | Adres domowy - kraj",
        "phone": "Telefon służbowy | Główny telefon firmy | Telefon podstawowy", "mobile": "Telefon komórkowy", "fax": "Faks służbowy",
        "phone_other": "Telefon domowy | Telefon służbowy 2 | Inny telefon", "email": "Adres e-mail", "email_other": "Adres e-mail 2 | Adres e-mail 3",
        "birthday": "Urodziny", "tags": "Kategorie", "remark": "Notatki", "website": "Strona sieci Web", "language": "Język",
    },
    "nl": {
        "salutation": "Titel", "first_name": "Voornaam", "middle_name": "Middelste naam | Tweede naam", "last_name": "Achternaam", "company": "Bedrijf",
        "department": "Afdeling", "job_title": "Functie", "street": "Werkadres, straat", "street2": "Werkadres 2, straat | Werkadres 3, straat | Werkadres, straat 2",
        "city": "Werkadres, plaats", "region": "Werkadres, provincie", "postal_code": "Werkadres, postcode", "country": "Land/regio (werk) | Werkadres, land",
        "other.street": "Huisadres, straat | Ander adres, straat", "other.city": "Huisadres, plaats | Ander adres, plaats",
        "other.region": "Huisadres, provincie | Ander adres, provincie", "other.postal_code": "Huisadres, postcode | Ander adres, postcode",
        "other.country": "Land/regio (thuis) | Land/regio (anders)", "phone": "Telefoon op werk | Hoofdtelefoon bedrijf | Hoofdtelefoon",
        "mobile": "Mobiele telefoon", "fax": "Fax op werk", "phone_other": "Telefoon thuis | Telefoon op werk 2 | Andere telefoon",
        "email": "E-mailadres", "email_other": "E-mailadres 2 | E-mailadres 3", "birthday": "Verjaardag", "tags": "Categorieën | Categorien",
        "remark": "Notities", "website": "Webpagina", "language": "Taal",
    },
    "cs": {
        "salutation": "Oslovení", "first_name": "Jméno | Křestní jméno", "middle_name": "Další jméno | Druhé jméno", "last_name": "Příjmení", "company": "Společnost",
        "department": "Oddělení", "job_title": "Funkce | Pracovní pozice", "street": "Ulice (zaměstnání) | Adresa do zaměstnání - ulice",
        "street2": "Ulice 2 (zaměstnání) | Ulice (zaměstnání) 2", "city": "Město (zaměstnání) | Adresa do zaměstnání - město",
        "region": "Kraj (zaměstnání)", "postal_code": "PSČ (zaměstnání) | Adresa do zaměstnání - PSČ", "country": "Země (zaměstnání) | Země/oblast (zaměstnání)",
        "other.street": "Ulice (domů) | Ulice (jiná)", "other.city": "Město (domů) | Město (jiná)", "other.postal_code": "PSČ (domů) | PSČ (jiná)",
        "other.country": "Země/oblast (domů)", "phone": "Telefon do zaměstnání | Telefon (zaměstnání) | Hlavní telefon společnosti | Hlavní telefon",
        "mobile": "Mobilní telefon", "fax": "Fax do zaměstnání | Fax (zaměstnání)", "phone_other": "Telefon domů | Telefon do zaměstnání 2 | Jiný telefon",
        "email": "E-mailová adresa", "email_other": "E-mailová adresa 2 | E-mailová adresa 3", "birthday": "Narozeniny", "tags": "Kategorie",
        "remark": "Poznámky", "website": "Webová stránka", "language": "Jazyk",
    },
    "sv": {
        "salutation": "Titel", "first_name": "Förnamn", "middle_name": "Mellannamn", "last_name": "Efternamn", "company": "Företag",
        "department": "Avdelning", "job_title": "Befattning", "street": "Gatuadress, arbete | Adress, arbete", "street2": "Gatuadress 2, arbete | Adress 2, arbete",
        "city": "Ort, arbete | Postort, arbete", "region": "Region, arbete | Delstat, arbete", "postal_code": "Postnummer, arbete", "country": "Land, arbete | Land/Region, arbete",
        "other.street": "Gatuadress, hem | Gatuadress, bostad | Adress, bostad", "other.city": "Ort, hem | Ort, bostad", "other.postal_code": "Postnummer, hem | Postnummer, bostad",
        "other.country": "Land/Region, hem | Land/Region, bostad", "phone": "Telefon, arbete | Telefon (arbete) | Företagets växel | Primär telefon",
        "mobile": "Mobiltelefon", "fax": "Fax, arbete | Fax (arbete)", "phone_other": "Telefon, hem | Telefon, bostad | Telefon 2, arbete | Annan telefon",
        "email": "E-postadress", "email_other": "E-postadress 2 | E-postadress 3 | E-post 2, adress", "birthday": "Födelsedag", "tags": "Kategorier", "remark": "Anteckningar",
        "website": "Webbsida", "language": "Språk",
    },
    "da": {
        "salutation": "Titel", "first_name": "Fornavn", "middle_name": "Mellemnavn", "last_name": "Efternavn", "company": "Firma", "department": "Afdeling",
        "job_title": "Stilling", "street": "Adresse (arbejde) | Gade (arbejde) | Gade/vej (arbejde) | Arbejdsadresse", "street2": "Gade (arbejde) 2 | Gade 2 (arbejde) | Gade/vej 2 (arbejde)",
        "city": "By (arbejde)", "region": "Område (arbejde) | Stat (arbejde)", "postal_code": "Postnummer (arbejde) | Postnr. (arbejde)", "country": "Land (arbejde) | Land/område (arbejde)",
        "other.street": "Gade (privat) | Gade/vej (privat)", "other.city": "By (privat)", "other.postal_code": "Postnummer (privat) | Postnr. (privat)",
        "other.country": "Land/område (privat)", "phone": "Arbejdstelefon | Telefon (arbejde) | Firmaets hovednummer | Primær telefon", "mobile": "Mobiltelefon",
        "fax": "Arbejdsfax | Fax (arbejde)", "phone_other": "Privattelefon | Telefon (privat) | Arbejdstelefon 2 | Anden telefon", "email": "E-mail-adresse | E-mailadresse",
        "email_other": "E-mail 2-adresse | E-mailadresse 2", "birthday": "Fødselsdag", "tags": "Kategorier", "remark": "Noter", "website": "Webside", "language": "Sprog",
    },
    "nb": {
        "salutation": "Tittel", "first_name": "Fornavn", "middle_name": "Mellomnavn", "last_name": "Etternavn", "company": "Firma", "department": "Avdeling",
        "job_title": "Stilling", "street": "Adresse (arbeid) | Gate (arbeid) | Gateadresse (arbeid) | Gate, arbeid", "street2": "Gate 2 (arbeid) | Gateadresse 2 (arbeid) | Gate 2, arbeid",
        "city": "Poststed (arbeid) | Poststed, arbeid", "region": "Område (arbeid)", "postal_code": "Postnummer (arbeid) | Postnummer, arbeid",
        "country": "Land (arbeid) | Land/område (arbeid) | Land/område, arbeid", "other.street": "Gate (privat) | Gateadresse (privat) | Gate, privat",
        "other.city": "Poststed (privat) | Poststed, privat", "other.postal_code": "Postnummer (privat) | Postnummer, privat", "other.country": "Land/område (privat)",
        "phone": "Telefon (arbeid) | Telefon, arbeid | Firmatelefon | Hovedtelefon", "mobile": "Mobiltelefon", "fax": "Telefaks (arbeid) | Faks (arbeid) | Telefaks, arbeid",
        "phone_other": "Telefon (privat) | Telefon, privat | Annen telefon", "email": "E-postadresse", "email_other": "E-postadresse 2 | E-post 2-adresse", "birthday": "Fødselsdag",
        "tags": "Kategorier", "remark": "Notater", "website": "Webside", "language": "Språk",
    },
    "fi": {
        "salutation": "Titteli | Puhuttelu", "first_name": "Etunimi", "middle_name": "Toinen nimi", "last_name": "Sukunimi", "company": "Yritys", "department": "Osasto",
        "job_title": "Tehtävänimike | Asema", "street": "Katuosoite (työ) | Työpaikan katuosoite | Työosoite, katuosoite", "street2": "Katuosoite 2 (työ) | Työpaikan katuosoite 2",
        "city": "Postitoimipaikka (työ) | Kaupunki (työ) | Työpaikan postitoimipaikka", "region": "Lääni (työ) | Alue (työ)", "postal_code": "Postinumero (työ) | Työpaikan postinumero",
        "country": "Maa (työ) | Maa tai alue (työ) | Maa/alue (työ)", "other.street": "Katuosoite (koti) | Kotiosoite, katuosoite", "other.city": "Postitoimipaikka (koti) | Kaupunki (koti)",
        "other.postal_code": "Postinumero (koti)", "other.country": "Maa/alue (koti)", "phone": "Työpuhelin | Puhelin (työ) | Yrityksen keskus | Ensisijainen puhelin", "mobile": "Matkapuhelin",
        "fax": "Työfaksi | Faksi (työ)", "phone_other": "Kotipuhelin | Työpuhelin 2 | Muu puhelin", "email": "Sähköpostiosoite", "email_other": "Sähköpostiosoite 2 | Sähköposti 2, osoite",
        "birthday": "Syntymäpäivä", "tags": "Luokat | Luokitukset", "remark": "Muistiinpanot", "website": "Web-sivu | WWW-sivu", "language": "Kieli",
    },
    "hu": {
        "salutation": "Megszólítás", "first_name": "Utónév", "middle_name": "Középső név", "last_name": "Vezetéknév", "company": "Cég", "department": "Részleg | Osztály",
        "job_title": "Beosztás", "street": "Utca (munkahelyi) | Munkahelyi utca | Munkahelyi cím, utca", "street2": "Utca 2 (munkahelyi) | Munkahelyi utca 2",
        "city": "Város (munkahelyi) | Munkahelyi város", "region": "Megye (munkahelyi) | Munkahelyi megye", "postal_code": "Irányítószám (munkahelyi) | Munkahelyi irányítószám",
        "country": "Ország (munkahelyi) | Ország/régió (munkahelyi) | Munkahelyi ország", "other.street": "Utca (otthoni) | Otthoni utca", "other.city": "Város (otthoni) | Otthoni város",
        "other.postal_code": "Irányítószám (otthoni) | Otthoni irányítószám", "other.country": "Ország/régió (otthoni)", "phone": "Hivatali telefon | Munkahelyi telefon | Cég fővonala | Elsődleges telefon",
        "mobile": "Mobiltelefon", "fax": "Hivatali fax | Munkahelyi fax", "phone_other": "Otthoni telefon | Hivatali telefon 2 | Egyéb telefon", "email": "E-mail cím",
        "email_other": "E-mail cím 2 | 2. e-mail cím", "birthday": "Születésnap", "tags": "Kategóriák", "remark": "Jegyzetek | Megjegyzések", "website": "Weblap", "language": "Nyelv",
    },
    "ro": {
        "salutation": "Titlu", "first_name": "Prenume", "middle_name": "Al doilea prenume | Nume mijlociu", "last_name": "Nume | Nume de familie", "company": "Firmă | Firma | Companie",
        "department": "Departament", "job_title": "Funcție | Funcţie", "street": "Stradă (serviciu) | Strada firmei | Adresă serviciu - stradă", "street2": "Stradă 2 (serviciu)",
        "city": "Localitate (serviciu) | Oraș (serviciu)", "region": "Județ (serviciu)", "postal_code": "Cod poștal (serviciu) | Cod poştal (serviciu)",
        "country": "Țară (serviciu) | Țară/regiune (serviciu)", "other.street": "Stradă (domiciliu)", "other.city": "Localitate (domiciliu) | Oraș (domiciliu)",
        "other.postal_code": "Cod poștal (domiciliu)", "other.country": "Țară/regiune (domiciliu)", "phone": "Telefon serviciu | Telefon (serviciu) | Telefon principal firmă | Telefon principal",
        "mobile": "Telefon mobil", "fax": "Fax serviciu | Fax (serviciu)", "phone_other": "Telefon domiciliu | Telefon serviciu 2 | Alt telefon", "email": "Adresă de e-mail | Adresă e-mail",
        "email_other": "Adresă de e-mail 2 | Adresă e-mail 2", "birthday": "Zi de naștere | Data nașterii", "tags": "Categorii", "remark": "Note", "website": "Pagină Web", "language": "Limbă",
    },
    "tr": {
        "salutation": "Unvan", "first_name": "Ad | Adı", "middle_name": "İkinci Ad | İkinci Adı", "last_name": "Soyadı", "company": "Şirket", "department": "Bölüm | Departman",
        "job_title": "İş Unvanı | İş Ünvanı", "street": "İş Adresi Sokak | İş Adresi Cadde | Sokak (İş)", "street2": "İş Adresi Sokak 2 | İş Adresi Cadde 2", "city": "İş Adresi Şehir | Şehir (İş)",
        "region": "İş Adresi İl | İş Adresi Bölge | İş Adresi Eyalet", "postal_code": "İş Adresi Posta Kodu | Posta Kodu (İş)", "country": "İş Adresi Ülke | İş Adresi Ülke/Bölge | Ülke/Bölge (İş)",
        "other.street": "Ev Adresi Sokak | Ev Adresi Cadde", "other.city": "Ev Adresi Şehir", "other.postal_code": "Ev Adresi Posta Kodu", "other.country": "Ev Adresi Ülke/Bölge | Ev Adresi Ülke",
        "phone": "İş Telefonu | Şirket Ana Telefonu | Birincil Telefon", "mobile": "Cep Telefonu", "fax": "İş Faksı", "phone_other": "Ev Telefonu | İş Telefonu 2 | Diğer Telefon",
        "email": "E-posta Adresi", "email_other": "E-posta 2 Adresi | E-posta Adresi 2", "birthday": "Doğum Günü", "tags": "Kategoriler", "remark": "Notlar", "website": "Web Sayfası", "language": "Dil",
    },
    "el": {
        "salutation": "Τίτλος | Προσφώνηση", "first_name": "Όνομα", "middle_name": "Μεσαίο όνομα | Δεύτερο όνομα", "last_name": "Επώνυμο", "company": "Εταιρεία", "department": "Τμήμα",
        "job_title": "Θέση εργασίας | Θέση", "street": "Οδός (εργασία) | Οδός εργασίας | Διεύθυνση εργασίας, οδός", "street2": "Οδός 2 (εργασία) | Οδός εργασίας 2",
        "city": "Πόλη (εργασία) | Πόλη εργασίας", "region": "Νομός (εργασία) | Νομός εργασίας", "postal_code": "Ταχ. κώδικας (εργασία) | Ταχυδρομικός κώδικας (εργασία) | Ταχ. κώδικας εργασίας",
        "country": "Χώρα (εργασία) | Χώρα/Περιοχή (εργασία) | Χώρα/περιοχή εργασίας", "other.street": "Οδός (οικία) | Οδός οικίας", "other.city": "Πόλη (οικία) | Πόλη οικίας",
        "other.postal_code": "Ταχ. κώδικας (οικία) | Ταχυδρομικός κώδικας (οικία)", "other.country": "Χώρα/Περιοχή (οικία)", "phone": "Τηλέφωνο εργασίας | Τηλέφωνο (εργασία) | Κύριο τηλέφωνο εταιρείας | Κύριο τηλέφωνο",
        "mobile": "Κινητό τηλέφωνο", "fax": "Φαξ εργασίας | Φαξ (εργασία)", "phone_other": "Τηλέφωνο οικίας | Τηλέφωνο εργασίας 2 | Άλλο τηλέφωνο",
        "email": "Διεύθυνση ηλεκτρονικού ταχυδρομείου | Διεύθυνση e-mail", "email_other": "Διεύθυνση ηλεκτρονικού ταχυδρομείου 2 | Διεύθυνση e-mail 2", "birthday": "Γενέθλια",
        "tags": "Κατηγορίες", "remark": "Σημειώσεις", "website": "Ιστοσελίδα", "language": "Γλώσσα",
    },
    "ja": {
        "salutation": "敬称", "first_name": "名", "middle_name": "ミドル ネーム", "last_name": "姓", "company": "会社名", "department": "部署", "job_title": "役職",
        "street": "番地 (会社)", "street2": "住所 2 (会社) | 住所 3 (会社)", "city": "市町村 (会社)", "region": "都道府県 (会社)", "postal_code": "郵便番号 (会社)", "country": "国 (会社)/地域 | 国/地域 (会社)",
        "other.street": "番地 (自宅) | 番地 (その他)", "other.city": "市町村 (自宅) | 市町村 (その他)", "other.region": "都道府県 (自宅) | 都道府県 (その他)",
        "other.postal_code": "郵便番号 (自宅) | 郵便番号 (その他)", "other.country": "国 (自宅)/地域 | 国 (その他)/地域", "phone": "会社電話 | 会社代表電話 | 通常の電話", "mobile": "携帯電話",
        "fax": "会社 FAX", "phone_other": "自宅電話 | 会社電話 2 | 自宅電話 2 | その他の電話", "email": "電子メール アドレス | 電子メール", "email_other": "電子メール 2 アドレス | 電子メール 3 アドレス",
        "birthday": "誕生日", "tags": "分類 | 分類項目", "remark": "メモ", "website": "Web ページ", "language": "言語",
    },
    "zh": {
        "salutation": "中文称谓 | 称谓 | 英文称谓 | 稱謂", "first_name": "名", "middle_name": "中间名 | 中間名", "last_name": "姓", "company": "单位 | 公司", "department": "部门 | 部門", "job_title": "职务 | 職稱",
        "street": "商务地址 街道 | 街 (商) | 商務 - 街", "street2": "商务地址 街道 2 | 商务地址 街道 3", "city": "商务地址 市/县 | 縣/市 (商) | 商務 - 市/鎮", "region": "商务地址 省/市/自治区 | 縣/市/省 (商)",
        "postal_code": "商务地址 邮政编码 | 郵遞區號 (商) | 商務 - 郵遞區號", "country": "商务地址 国家/地区 | 國家 (商) | 商務 - 國家/地區",
        "other.street": "住宅地址 街道 | 其他地址 街道 | 街 (家)", "other.city": "住宅地址 市/县 | 其他地址 市/县", "other.region": "住宅地址 省/市/自治区 | 其他地址 省/市/自治区",
        "other.postal_code": "住宅地址 邮政编码 | 其他地址 邮政编码", "other.country": "住宅地址 国家/地区 | 其他地址 国家/地区", "phone": "商务电话 | 单位主要电话 | 主要电话 | 商務電話", "mobile": "移动电话 | 行動電話",
        "fax": "商务传真 | 商務傳真", "phone_other": "住宅电话 | 商务电话 2 | 住宅电话 2 | 其他电话 | 住家電話", "email": "电子邮件地址 | 電子郵件地址",
        "email_other": "电子邮件 2 地址 | 电子邮件 3 地址 | 電子郵件 2 地址", "birthday": "生日", "tags": "类别 | 類別", "remark": "附注 | 附註", "website": "网页 | 網頁", "language": "语言 | 語言",
    },
    "ru": {
        "street2": "Улица 3 (раб. адрес)", "postal_code": "Индекс (раб. адрес)", "other.street": "Улица (дом. адрес) | Улица (другой адрес)",
        "other.city": "Город (дом. адрес) | Город (другой адрес)", "other.region": "Область (дом. адрес) | Область (другой адрес)",
        "other.postal_code": "Почтовый код (дом.) | Индекс (другой адрес)", "other.country": "Страна или регион (дом. адрес) | Страна или регион (другой адрес)",
        "phone": "Основной телефон организации", "phone_other": "Телефон раб. 2 | Телефон дом. 2", "email": "Адрес электронной почты | Адрес эл. почты",
        "email_other": "Адрес 3 эл. почты | Адрес эл. почты 2",
    },
    "es": {
        "street": "Calle (trabajo) | Calle del trabajo", "city": "Ciudad (trabajo) | Ciudad de trabajo", "postal_code": "Código postal (trabajo)", "other.street": "Calle particular",
        "other.city": "Ciudad particular | Ciudad de residencia", "other.country": "País o región particular | País/región particular", "phone_other": "Número de teléfono particular 2 | Teléfono del trabajo 2",
        "mobile": "Teléfono móvil", "email": "Dirección del correo electrónico", "fax": "Fax del trabajo | Número de fax del trabajo", "remark": "Notas",
    },
}  # fmt: skip


def names_of(concept: str) -> str:
    """Every name of a concept in these languages, divided by " | "."""
    return " | ".join(words[concept] for words in LANGUAGES.values() if concept in words)


def concepts() -> tuple[str, ...]:
    """The concepts of all languages."""
    return tuple(dict.fromkeys(concept for words in LANGUAGES.values() for concept in words))


def telling() -> str:
    """Names that hardly anything but Outlook writes: the parts of addresses."""
    return " | ".join(
        names_of(f"{whose}{part}") for whose in ("", "other.") for part in ("street", "city", "postal_code")
    )
