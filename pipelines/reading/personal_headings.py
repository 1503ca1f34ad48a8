"""Headings that announce personal data, in several languages, and those of response ids and time stamps.

A heading alone may mislead: a question can mention an e-mail, and a survey tool adds columns that it leaves blank. So a
column is judged by its heading together with what stands in it.
"""

import re
import unicodedata

import polars as pl

THINGS = (
    r"(?:programmes?|programs?|courses?|universit\w+|institutions?|organi[sz]ations?|cohorts?|trusts?|departments?"
    r"|placements?|services?|sites?|hospitals?|clinics?|wards?|teams?|schools?|facult\w+|cent(?:re|er)s?|colleges?"
    r"|employers?|compan\w+|modules?|polic\w+|countr\w+|regions?|cit\w+|towns?|degrees?)"
)
"""What has a name and is nobody."""
PATTERNS = {
    "a name": rf"^names?\b(?! of (?:the |your |this )?(?:\w+ )?{THINGS}\b)(?! (?:the|one|any|some|two|three|up)\b)"
    r"|^name the (?:\w+ )?(?:supervisor|tutor|person|trainee|colleague)|^who is your\b|\binitials\b"
    r"|\b(?:first|last|middle|full|given|family|maiden|user|your) ?names?\b(?! of )"
    r"|\b(?:respondent|student|trainee|staff|supervisor) ?names?\b|\b(?:sur|fore)names?\b",
    "an e-mail address": r"^e ?mail(?: address)?\b(?!.*\?)"
    r"|^(?:what|please|enter|give|provide|leave|type|write|your|if)\b.*\be ?mail(?: ?address)?\b",
    "a telephone number": r"\b(?:tele)?phone(?: ?(?:no|number))?\W*$|\bmobile(?: ?(?:no|number|phone))?\W*$",
    "a student, staff or health number": r"\b(?:nhs|student|staff|employee|candidate|registration) ?(?:nr|id|number)\b"
    r"(?! (?:on|in|at|of|per)\b)"
    r"|\b(?:nhs|student|staff|employee|candidate|registration) ?(?:no|code)\b(?! \w)"
    r"|\b(?:hcpc|gmc|nmc|bps|bacp|ucas|ukcp|matriculation) ?(?:no|nr|id|number|pin|registration)\b",
    "a date of birth": r"\b(?:date|day|month|year) ?of ?birth\b|\bbirth ?(?:date|day|year)\b|\bdob\b",
    "an address": r"\b(?:ip|home|postal|street) ?address\b|^address(?:es)?\W*$|^address (?:line|of|street|\d|\()"
    r"|\bpost ?code\b|\bzip ?code\b|^ip$",
    "an id that leads to a person": r"^participant ?(?:id|code|number)\b|^participant$",
    "free text": r"\bcomments?\W*$|\bfree ?text\b|\bplease (?:specify|describe|explain)\b",
}
"""Kinds of personal data, and the pattern by which an English heading looks like one."""

FILLERS = frozenset(
    re.findall(
        r"\w+",
        """
        a an the your my recipient respondent respondents participant participants student trainee staff person primary
        optional required please enter votre vos ihr ihre dein deine tu su il la le les el los las du de des der die
        das eich y o et und i e och og c vollstandiger vollstandige complet complete completo completa llawn full
        volledige pelny fullstandigt di do da agus og ja en in s handle profile account url link
        """,
    )
)
"""Words that change nothing about what a short heading asks for."""
LABELS = {
    "a name": """
        name, names, initials, nickname, signature, nom, noms, prenom, prenoms, nom prenom, prenom nom, nom famille,
        nom usage, vorname, nachname, familienname, vor nachname, vorname nachname, name vorname, initialen, kurzel,
        enw, enwau, enw cyntaf, cyfenw, enw olaf, enw teuluol, blaenlythrennau, llofnod, nombre, nombres, apellido,
        apellidos, nombre apellidos, iniciales, nome, cognome, nome cognome, iniziali, sobrenome, apelido, naam,
        voornaam, achternaam, familienaam, namn, fornamn, efternamn, navn, fornavn, etternavn, efternavn, initialer,
        imie, nazwisko, imie nazwisko, inicjaly, ainm, sloinne, nimi, etunimi, sukunimi, initiales, isim, ad soyad,
        soyad, jmeno, prijmeni, vezeteknev, keresztnev, teljes nev, ime, prezime, priimek, apelidos, cognomi,
        nominativo, alias, pseudonym, kuerzel, unterschrift, handtekening, podpis, allekirjoitus, underskrift, имя,
        фамилия, отчество, фио, ім’я, прізвище, όνομα, επώνυμο, ονοματεπώνυμο, име, презиме, 名前, 姓名, 氏名, 名字,
        이름, 성명, الاسم, اسم, שם""",
    "an e-mail address": """
        email, emails, e mail, e mails, email address, e mail address, emailaddress, mail, mail address, courriel,
        adresse courriel, adresse mail, adresse email, adresse e mail, adresse electronique, mel, e mail adresse,
        email adresse, mailadresse, correo, correo electronico, direccion correo electronico, ebost, e bost, cyfeiriad
        ebost, cyfeiriad e bost, epost, e post, epostadress, e postadress, epostadresse, e postadresse, posta
        elettronica, indirizzo email, indirizzo e mail, endereco email, emailadres, e mailadres, adres email, adres e
        mail, seoladh riomhphoist, sahkoposti, sahkopostiosoite, почта, электронная почта, эл почта, email адрес,
        ηλεκτρονικό ταχυδρομείο, 邮箱, 電子メール, メールアドレス, 이메일, البريد الإلكتروني""",
    "a telephone number": """
        tel, telephone, telephone portable, numero telephone, mobil, mobilnr, tel nr, telefonnr, whatsapp, komorka,
        numer komorki, guthan, uimhir ghuthain, fon symudol, rhif symudol, телефон, номер телефона, τηλέφωνο, 电话,
        電話番号, telefon, telefonnummer, handy, handynummer, mobilnummer, mobiltelefon, ffon, rhif ffon, ffon symudol,
        telefono, telefono movil, numero telefono, cellulare, telefone, telemovel, telefoonnummer, mobiel, puhelin,
        puhelinnumero, numer telefonu, fon""",
    "a date of birth": """
        date naissance, date de naissance, geburtsdatum, geburtstag, dyddiad geni, fecha nacimiento, data nascita,
        data nascimento, geboortedatum, fodelsedatum, fodselsdato, data urodzenia, data breithe, syntymaaika, born,
        geb datum, geb, jahrgang, geburtsjahr, annee naissance, ano nacimiento, anno nascita, geboortejaar, rok
        urodzenia, blwyddyn geni, fodelsear, fodselsar, naissance, дата рождения, год рождения, ημερομηνία γέννησης,
        出生日期, 生年月日""",
    "an address": """
        adresse, adresse postale, code postal, postanschrift, anschrift, postleitzahl, plz, wohnort, cyfeiriad, cod
        post, direccion, codigo postal, indirizzo, codice postale, contact details, contact information, kontaktdaten,
        kontakt, manylion cyswllt, datos contacto, contactgegevens, kontaktoplysninger, yhteystiedot, collector ip,
        ip, adresa, osoite, seoladh, eircode, адрес, διεύθυνση, 地址, 住所,
        endereco, adres, postcode, adress, postnummer,
        kod pocztowy, ip adresse, adresse ip, cyfeiriad ip, direccion ip, ipaddr""",
    "a precise location": """
        latitude, longitude, location latitude, location longitude, lat, lon, lng, lat long, gps, gps coordinates,
        coordinates, geolocation, geopoint, breitengrad, langengrad, lledred, hydred, latitud, longitud, latitudine,
        longitudine, breedtegraad, lengtegraad, koordinaten, coordonnees, coordonnees gps, what3words""",
    "an id that leads to a person": """
        external reference, external data reference, external id, external ref, panel id, panellist id, panelist id,
        panel member id, prolific id, prolific pid, worker id, mturk id, user id, userid, login, logon, benutzername,
        identifiant, usuario, token, token token, access code, invitation code, survey identifier, redcap survey
        identifier, contact id, personal id, personnel number, personalnummer, matrikelnummer, rhif myfyriwr, numero
        etudiant, studentnummer, numero matricula, matr nr, matrnr, mat nr, matrikel nr, matricola, numero matricola,
        numer albumu, nr albumu, opiskelijanumero, uimhir mhac leinn, ucas, rhif gig, versichertennummer, numero
        securite sociale, dni, codice fiscale, pesel, bsn, personnummer, cpr, cpr nummer, fodselsnummer,
        henkilotunnus, insz, rijksregisternummer, passport, passport number, reisepass, ausweisnummer, national
        insurance number, rid, panelist, panellist, network id, device id, subscriber id, twitter, instagram,
        facebook, linkedin, linked in, orcid, bluesky, mastodon, tiktok, snapchat, discord, skype, github""",
    "free text": """
        comment, comments, commentaire, commentaires, remarques, kommentar, kommentare, anmerkung, anmerkungen,
        bemerkung, bemerkungen, sylwadau, sylw, comentario, comentarios, commento, commenti, opmerking, opmerkingen,
        kommentarer, uwagi, komentarz, sonstiges, weitere anmerkungen, autre precisez, otros comentarios, altro
        specificare, unrhyw sylwadau eraill, kommentit, komentar,
        megjegyzes, комментарий, σχόλια""",
}
"""The same, by the few words of a short heading, whatever the language."""

DROPPABLE = (
    r"\b(?:response|respondent|submission|record|entry|collector) ?(?:id|number)\b|^#$|^id$"
    r"|\btime ?stamp\b"
    r"|\b(?:start|end|submit|submitted|submission|completion|completed|recorded) ?(?:date|time|on|at)\b"
)
"""Response ids and time stamps: the only headings a mapping may drop."""

NOBODY = ("anonymous", "anonym", "anonyme", "anonimo", "dienw", "n/a", "-")
"""What survey tools write in place of a name or an address that they did not ask for."""
DIFFERENT = frozenset({"a telephone number", "an e-mail address", "a student, staff or health number"})
"""Kinds of which no two people have the same."""
SHORT_HEADING = 5
"""Words. A longer heading, or one that ends in a question mark, is a question and may only mention such things."""
PLAIN_ANSWERS = frozenset(
    [
        *("yes", "no", "not sure", "unsure", "don't know", "prefer not to say", "n/a", "true", "false", "y", "n"),
        *("agree", "disagree", "oui", "non", "ja", "nein", "sí", "si", "nee", "ydw", "nac ydw", "tak", "nie"),
        *(str(number) for number in range(101)),
    ]
)
"""What nobody is called."""
FEW_ANSWERS = 7
"""A column with more different cells than this is not taken for answers to choose from."""


def looks_personal(heading: str) -> str | None:
    """What kind of personal data a heading seems to announce, or None."""
    words = _words(heading)
    kind = next((kind for kind, pattern in PATTERNS.items() if re.search(pattern, words)), None)
    return kind or _labelled(_label(words))


def _labelled(label: str) -> str | None:
    """What a short heading announces: it is a label, or made of nothing but labels, as “Nom, prénom” is."""
    kinds = [_KIND_BY_LABEL.get(word) for word in label.split()]
    return _KIND_BY_LABEL.get(label) or (kinds[0] if kinds and all(kinds) else None)


def column_looks_personal(heading: str, cells: pl.Series) -> str | None:
    """What kind of personal data a column seems to hold by its heading, or None where its cells show that it does not.

    A column that is blank holds nothing. A question that mentions an e-mail, and is answered by yes and no, asks for
    none. A name may come several times, as that of a supervisor does, so answers tell only if nobody is called so.
    """
    kind = looks_personal(heading)
    if kind is None or _holds_nobody(cells) or (_is_question(heading) and has_few_answers(cells)):
        return None
    is_bare = _labelled(_label(_words(heading))) is not None
    if not is_bare and has_few_answers(cells) and (kind in DIFFERENT or _are_plain_answers(cells)):
        return None
    return kind


def _are_plain_answers(cells: pl.Series) -> bool:
    return all(cell.casefold() in PLAIN_ANSWERS for cell in cells.drop_nulls().unique())


def has_few_answers(cells: pl.Series) -> bool:
    """Whether the cells repeat, as answers to choose from do and names and addresses do not."""
    filled = cells.drop_nulls()
    return filled.n_unique() <= FEW_ANSWERS and filled.n_unique() * 2 <= filled.len()


def looks_droppable(heading: str) -> bool:
    """Whether a heading is a response id or a time stamp."""
    return re.search(DROPPABLE, _words(heading)) is not None


def _holds_nobody(cells: pl.Series) -> bool:
    filled = cells.drop_nulls().str.to_lowercase()
    return bool(filled.is_in(NOBODY).all())


def _is_question(heading: str) -> bool:
    return heading.rstrip().endswith("?") or len(heading.split()) > SHORT_HEADING


def _words(heading: str) -> str:
    separated = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", heading)  # survey tools write RecipientEmail
    return separated.replace("_", " ").replace("-", " ").lower()


def _label(words: str) -> str:
    """The words of a heading that say something, in plain letters."""
    apart = unicodedata.normalize("NFKD", words.replace("ø", "o").replace("ł", "l").replace("ı", "i"))
    plain = "".join(character for character in apart if unicodedata.category(character) != "Mn")
    return " ".join(word for word in re.findall(r"[^\W_]+", plain) if word not in FILLERS)


_KIND_BY_LABEL = {
    _label(label): kind for kind, labels in LABELS.items() for label in " ".join(labels.split()).split(", ")
}
