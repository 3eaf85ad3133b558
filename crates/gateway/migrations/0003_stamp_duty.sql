-- Stamp duty: who may file with the Revenue Department, what was filed, and what was paid.
--
-- The rules of the first file hold here too: BIGINT, BYTEA, NOT NULL keys, satang, microseconds, SHA-256.

-- Who files. `sender` is the code that goes with the user name; times outside `service_from` and `service_until` are not
-- served. `wrong_tries` counts passwords since the last right one.
CREATE TABLE filer (
    username      TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    sender        TEXT   NOT NULL UNIQUE,
    tax_id        TEXT   NOT NULL,
    password_hash BYTEA  NOT NULL CHECK (length(password_hash) = 32),
    status        TEXT   NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    service_from  BIGINT,
    service_until BIGINT,
    wrong_tries   BIGINT NOT NULL DEFAULT 0,
    locked_until  BIGINT,
    created_at    BIGINT NOT NULL
);

-- The certificates that a filer signs with, in the order in which they were registered.
CREATE TABLE filer_certificate (
    filer      TEXT   NOT NULL REFERENCES filer (username),
    position   BIGINT NOT NULL,
    der        BYTEA  NOT NULL,
    status     TEXT   NOT NULL CHECK (status IN ('ACTIVE', 'REVOKED')),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (filer, position)
);

CREATE TABLE filer_token (
    hash       BYTEA  NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    filer      TEXT   NOT NULL REFERENCES filer (username),
    expires_at BIGINT NOT NULL
);
CREATE INDEX filer_token_expires ON filer_token (expires_at);

-- The last number that was given out.
CREATE TABLE stamp_number (
    kind TEXT   NOT NULL PRIMARY KEY CHECK (kind IN ('FILING', 'INSTRUMENT')),
    last BIGINT NOT NULL
);
INSERT INTO stamp_number (kind, last) VALUES ('FILING', 0), ('INSTRUMENT', 0);

-- A filing. `request_id` is the filer's own reference, `fingerprint` what was filed under it. A filing that costs nothing is
-- paid without a movement.
CREATE TABLE filing (
    api_ref_no            TEXT   NOT NULL PRIMARY KEY,
    filer                 TEXT   NOT NULL REFERENCES filer (username),
    request_id            TEXT   NOT NULL,
    fingerprint           BYTEA  NOT NULL,
    sender_role           TEXT   NOT NULL,
    type_code             TEXT   NOT NULL,
    payer_tax_id          TEXT   NOT NULL,
    response_payment_type TEXT   NOT NULL,
    instruments           BIGINT NOT NULL CHECK (instruments > 0),
    status                TEXT   NOT NULL CHECK (status IN ('RECEIVED', 'FILED', 'PAID', 'CANCELLED', 'EXPIRED')),
    status_at             BIGINT NOT NULL,
    total_duty            BIGINT NOT NULL CHECK (total_duty >= 0),
    total_surcharge       BIGINT NOT NULL CHECK (total_surcharge >= 0),
    total_fine            BIGINT NOT NULL CHECK (total_fine >= 0),
    total_amount          BIGINT NOT NULL CHECK (total_amount = total_duty + total_surcharge + total_fine),
    reference1            TEXT   NOT NULL,
    reference2            TEXT   NOT NULL,
    expire_date           TEXT   NOT NULL,
    created_at            BIGINT NOT NULL,
    ledger_transaction_id TEXT   REFERENCES ledger_transaction (id),
    UNIQUE (filer, request_id),
    UNIQUE (reference1, reference2),
    CHECK ((status = 'PAID' AND total_amount > 0) = (ledger_transaction_id IS NOT NULL))
);
CREATE INDEX filing_created ON filing (created_at, api_ref_no);
CREATE INDEX filing_status ON filing (status, created_at);

-- An instrument of a filing. `live_key` names the instrument while its filing stands, so that none is filed twice.
CREATE TABLE instrument (
    ref_no        TEXT   NOT NULL PRIMARY KEY,
    filing        TEXT   NOT NULL REFERENCES filing (api_ref_no),
    position      BIGINT NOT NULL,
    id            TEXT   NOT NULL,
    contract_no   TEXT   NOT NULL,
    creation_date TEXT   NOT NULL,
    tax_payer     TEXT   NOT NULL,
    amount        BIGINT NOT NULL,
    duty          BIGINT NOT NULL CHECK (duty >= 0),
    surcharge     BIGINT NOT NULL CHECK (surcharge >= 0),
    live_key      BYTEA  UNIQUE,
    UNIQUE (filing, position)
);
