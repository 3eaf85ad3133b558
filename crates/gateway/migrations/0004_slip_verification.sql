-- Slip verification: who asks the hub, which banks answer it, what became of each question, and the merchants for whom a
-- bank asks.
--
-- The rules of the first file hold here too: BIGINT, BYTEA, NOT NULL keys, satang, microseconds, SHA-256.

-- What the parties of this gateway sign with: PKCS#8. `party` is a bank's code, or the hub's name; the `kid` is the party, a
-- hyphen and the version.
CREATE TABLE party_key (
    party       TEXT   NOT NULL PRIMARY KEY,
    version     BIGINT NOT NULL,
    algorithm   TEXT   NOT NULL CHECK (algorithm IN ('ES256', 'RS256')),
    private_key BYTEA  NOT NULL,
    created_at  BIGINT NOT NULL
);

-- The members of the hub. `jwks` is their public keys. One with an address is asked there about its own slips. Who has left
-- keeps its row, and may join again.
CREATE TABLE hub_member (
    bank        TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    key_hash    BYTEA  NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    secret_hash BYTEA  NOT NULL CHECK (length(secret_hash) = 32),
    jwks        TEXT   NOT NULL,
    issuer_url  TEXT,
    joined_at   BIGINT NOT NULL,
    left_at     BIGINT
);

CREATE TABLE hub_subscription (
    member        TEXT   NOT NULL REFERENCES hub_member (bank),
    service       TEXT   NOT NULL,
    subscribed_at BIGINT NOT NULL,
    PRIMARY KEY (member, service)
);

-- The bank of this gateway that asks for merchants: what it proves itself with to the hub, in the clear because it must send
-- it.
CREATE TABLE service_bank (
    bank       TEXT   NOT NULL PRIMARY KEY,
    api_key    TEXT   NOT NULL,
    api_secret TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);

-- The banks that this gateway plays when the hub asks about a slip, and how they behave. `parameter` is milliseconds or a code.
CREATE TABLE issuer (
    bank       TEXT   NOT NULL PRIMARY KEY,
    name       TEXT   NOT NULL,
    behaviour  TEXT   NOT NULL CHECK (behaviour IN ('NORMAL', 'SLOW', 'DOWN', 'BAD_SIGNATURE', 'GARBAGE',
        'WRONG_REFERENCE', 'CODE')),
    parameter  TEXT,
    created_at BIGINT NOT NULL
);

-- Banks whose slips are not asked about at the bank itself: at another one, or (without one) nowhere, since the provider
-- behind the sponsoring bank has no such service.
CREATE TABLE hub_route (
    bank     TEXT NOT NULL PRIMARY KEY,
    to_bank  TEXT
);

-- One record for each question to the hub. `at` is the sandbox's time, `took_millis` the machine's.
CREATE TABLE verification (
    id           TEXT   NOT NULL PRIMARY KEY,
    service      TEXT   NOT NULL,
    at           BIGINT NOT NULL,
    end_state    TEXT   NOT NULL,
    code         TEXT,
    reason       TEXT   NOT NULL,
    request_id   TEXT,
    member       TEXT,
    destination  TEXT,
    trans_ref    TEXT,
    forwarded    BIGINT NOT NULL CHECK (forwarded >= 0),
    took_millis  BIGINT NOT NULL CHECK (took_millis >= 0)
);
CREATE INDEX verification_at ON verification (at, id);
CREATE INDEX verification_slip ON verification (destination, trans_ref);
CREATE INDEX verification_question ON verification (member, request_id);

-- For whom the service bank asks. Without a quota they may ask as often as they like.
CREATE TABLE merchant (
    id          TEXT   NOT NULL PRIMARY KEY,
    name        TEXT   NOT NULL,
    bank        TEXT   NOT NULL REFERENCES service_bank (bank),
    key_hash    BYTEA  NOT NULL UNIQUE CHECK (length(key_hash) = 32),
    status      TEXT   NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    daily_quota BIGINT CHECK (daily_quota >= 0),
    created_at  BIGINT NOT NULL
);

-- How many questions were asked for a merchant on a day in Bangkok, `YYYY-MM-DD`.
CREATE TABLE merchant_use (
    merchant TEXT   NOT NULL REFERENCES merchant (id),
    day      TEXT   NOT NULL,
    asked    BIGINT NOT NULL CHECK (asked >= 0),
    PRIMARY KEY (merchant, day)
);

-- Slips that were verified for a merchant who wants to be told of duplicates. The key is what makes one the first;
-- `order_reference` is what the merchant then said that it pays for.
CREATE TABLE seen_slip (
    merchant        TEXT   NOT NULL REFERENCES merchant (id),
    sending_bank    TEXT   NOT NULL,
    trans_ref       TEXT   NOT NULL,
    order_reference TEXT,
    first_seen_at   BIGINT NOT NULL,
    PRIMARY KEY (merchant, sending_bank, trans_ref)
);
