-- The first store: partners, the ledger, direct debit payments, and what makes a retry safe.
--
-- One text for SQLite and PostgreSQL. So: BIGINT for every number (PostgreSQL's INTEGER has 32 bits), BYTEA for
-- bytes (SQLite stores a blob under any column type), NOT NULL also on primary keys (SQLite would admit NULL), no
-- STRICT, no WITHOUT ROWID, no serial ids.
--
-- Money is in satang (1/100 baht), at most 10^17 either way, so that sums over any history are exact. Times are microseconds since 1970-01-01T00:00:00Z. Hashes are SHA-256.

CREATE TABLE partner (
    client_id     TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    secret_hash   BYTEA  NOT NULL CHECK (length(secret_hash) = 32),
    signature_key TEXT   NOT NULL,
    api_key_hash  BYTEA  NOT NULL CHECK (length(api_key_hash) = 32),
    status        TEXT   NOT NULL CHECK (status IN ('ACTIVE', 'SUSPENDED')),
    created_at    BIGINT NOT NULL
);

-- `partner` is set for an account into which a partner collects. `minimum_balance` is NULL only for the bank's own
-- funding account, the other side of money that enters or leaves.
CREATE TABLE account (
    number          TEXT   NOT NULL PRIMARY KEY CHECK (length(number) = 10 AND trim(number, '0123456789') = ''),
    owner_name      TEXT   NOT NULL,
    partner         TEXT   REFERENCES partner (client_id),
    status          TEXT   NOT NULL CHECK (status IN ('OPEN', 'BLOCKED', 'CLOSED')),
    balance         BIGINT NOT NULL CHECK (balance BETWEEN -100000000000000000 AND 100000000000000000),
    minimum_balance BIGINT,
    created_at      BIGINT NOT NULL
);
CREATE INDEX account_partner ON account (partner);

-- `reference` is the id of what caused the movement, so that one cause moves money once.
CREATE TABLE ledger_transaction (
    id         TEXT   NOT NULL PRIMARY KEY,
    kind       TEXT   NOT NULL,
    reference  TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (kind, reference)
);

CREATE TABLE entry (
    ledger_transaction_id TEXT   NOT NULL REFERENCES ledger_transaction (id),
    line                  BIGINT NOT NULL CHECK (line > 0),
    account_number        TEXT   NOT NULL REFERENCES account (number),
    amount                BIGINT NOT NULL
        CHECK (amount <> 0 AND amount BETWEEN -100000000000000000 AND 100000000000000000),
    PRIMARY KEY (ledger_transaction_id, line)
);
CREATE INDEX entry_account ON entry (account_number);

CREATE TABLE payment_token (
    token            TEXT   NOT NULL PRIMARY KEY,
    partner          TEXT   NOT NULL REFERENCES partner (client_id),
    drawer_account   TEXT   NOT NULL REFERENCES account (number),
    creditor_account TEXT   NOT NULL REFERENCES account (number),
    status           TEXT   NOT NULL CHECK (status IN ('PDNG', 'ACTV', 'SUSP', 'CANC', 'RJCT', 'EXPD')),
    maximum_amount   BIGINT CHECK (maximum_amount > 0),
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL
);
CREATE INDEX payment_token_partner ON payment_token (partner);
CREATE INDEX payment_token_drawer ON payment_token (drawer_account);

-- A refused payment is kept too, so `token` and `creditor_account` may name what never existed.
CREATE TABLE payment (
    reference                  TEXT   NOT NULL PRIMARY KEY,
    partner                    TEXT   NOT NULL REFERENCES partner (client_id),
    transaction_identification TEXT   NOT NULL,
    token                      TEXT   NOT NULL,
    creditor_account           TEXT   NOT NULL,
    amount                     BIGINT NOT NULL CHECK (amount > 0),
    reference_number1          TEXT   NOT NULL,
    reference_number2          TEXT,
    annotation                 TEXT,
    status                     TEXT   NOT NULL CHECK (status IN ('RCVD', 'ACSP', 'PDNG', 'ACSC', 'RJCT')),
    reason_code                TEXT,
    ledger_transaction_id      TEXT   REFERENCES ledger_transaction (id),
    created_at                 BIGINT NOT NULL,
    processed_at               BIGINT NOT NULL,
    UNIQUE (partner, transaction_identification),
    CHECK ((status = 'ACSC') = (ledger_transaction_id IS NOT NULL)),
    CHECK (status <> 'RJCT' OR reason_code IS NOT NULL)
);
CREATE INDEX payment_partner_created ON payment (partner, created_at);
CREATE INDEX payment_partner_token ON payment (partner, token);

-- `answer` is what the first call was told, `fingerprint` what it had sent.
CREATE TABLE idempotency (
    partner     TEXT   NOT NULL REFERENCES partner (client_id),
    operation   TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint BYTEA  NOT NULL,
    answer      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (partner, operation, key)
);

CREATE TABLE access_token (
    hash       BYTEA  NOT NULL PRIMARY KEY CHECK (length(hash) = 32),
    partner    TEXT   NOT NULL REFERENCES partner (client_id),
    scope      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_token_expires ON access_token (expires_at);

CREATE TABLE seen_transaction (
    partner               TEXT   NOT NULL REFERENCES partner (client_id),
    client_transaction_id TEXT   NOT NULL,
    expires_at            BIGINT NOT NULL,
    PRIMARY KEY (partner, client_transaction_id)
);
CREATE INDEX seen_transaction_expires ON seen_transaction (expires_at);
