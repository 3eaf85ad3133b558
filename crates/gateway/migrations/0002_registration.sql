-- Registrations of customers' accounts, schedules, callbacks, and the work that falls due.
--
-- The rules of the first file hold here too: BIGINT, BYTEA, NOT NULL keys, satang, microseconds, SHA-256.

-- The key of the hashes of short secrets: passwords, PINs and codes that could be guessed from a mere hash. One row.
CREATE TABLE pepper (
    id  BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    key BYTEA  NOT NULL CHECK (length(key) = 32)
);

-- People who have accounts. Only hashes of what they know are kept. A card debits `card_account`.
CREATE TABLE customer (
    id            TEXT   NOT NULL PRIMARY KEY,
    name          TEXT   NOT NULL,
    name_th       TEXT   NOT NULL,
    national_id   TEXT   NOT NULL,
    birth_date    TEXT   NOT NULL,
    mobile        TEXT,
    user_name     TEXT   NOT NULL UNIQUE,
    password_hash BYTEA  NOT NULL,
    card_number   TEXT   UNIQUE,
    card_account  TEXT   REFERENCES account (number),
    card_pin_hash BYTEA,
    app_pin_hash  BYTEA,
    created_at    BIGINT NOT NULL
);
ALTER TABLE account ADD COLUMN customer TEXT REFERENCES customer (id);
CREATE INDEX account_customer ON account (customer);

-- What a partner has agreed with the bank: into which account registered customers pay, and where it is called back.
ALTER TABLE partner ADD COLUMN registration_account TEXT REFERENCES account (number);
ALTER TABLE partner ADD COLUMN callback_url TEXT;
ALTER TABLE partner ADD COLUMN callback_profile TEXT NOT NULL DEFAULT 'SIGNATURE'
    CHECK (callback_profile IN ('SIGNATURE', 'STANDARD_WEBHOOKS'));

CREATE TABLE partner_redirect (
    partner TEXT NOT NULL REFERENCES partner (client_id),
    uri     TEXT NOT NULL,
    PRIMARY KEY (partner, uri)
);

-- A registration, from the moment that its journey begins. `token` is what payments name; it is there from ACTV on.
-- `revision` counts the changes of status.
CREATE TABLE registration (
    id                    TEXT   NOT NULL PRIMARY KEY,
    partner               TEXT   NOT NULL REFERENCES partner (client_id),
    journey               TEXT   UNIQUE,
    token                 TEXT   UNIQUE,
    status                TEXT   NOT NULL CHECK (status IN ('PDNG', 'ACTV', 'SUSP', 'CANC', 'RJCT', 'EXPD')),
    status_at             BIGINT NOT NULL,
    reason_code           TEXT,
    reason_description    TEXT,
    channel               TEXT   CHECK (channel IN ('BRANCH', 'ATM', 'KMA', 'KOL', 'LOC')),
    drawer_account        TEXT   REFERENCES account (number),
    creditor_account      TEXT   REFERENCES account (number),
    reference1            TEXT,
    reference2            TEXT,
    identification_type   TEXT,
    identification_number TEXT,
    maximum_amount        BIGINT CHECK (maximum_amount > 0),
    created_at            BIGINT NOT NULL,
    updated_at            BIGINT NOT NULL,
    revision              BIGINT NOT NULL DEFAULT 0,
    CHECK (status NOT IN ('ACTV', 'SUSP')
        OR (token IS NOT NULL AND drawer_account IS NOT NULL AND creditor_account IS NOT NULL)),
    CHECK ((identification_type IS NULL) = (identification_number IS NULL))
);
CREATE INDEX registration_partner_created ON registration (partner, created_at);
CREATE INDEX registration_partner_status ON registration (partner, status, created_at);
CREATE INDEX registration_partner_drawer ON registration (partner, drawer_account, created_at);

INSERT INTO registration (id, partner, token, status, status_at, channel, drawer_account, creditor_account,
        maximum_amount, created_at, updated_at)
    SELECT token, partner, token, status, updated_at, 'BRANCH', drawer_account, creditor_account, maximum_amount,
        created_at, updated_at FROM payment_token;
DROP TABLE payment_token;

-- The customer's way through the pages. `return_uri` is the partner's; `session_hash` is of the browser's cookie and is
-- there once the authorize URL has been used. `code_hash` is of the authorization code, which is good once.
CREATE TABLE journey (
    id                    TEXT   NOT NULL PRIMARY KEY,
    registration          TEXT   NOT NULL UNIQUE REFERENCES registration (id),
    kind                  TEXT   NOT NULL CHECK (kind IN ('WEB', 'APP')),
    step                  TEXT   NOT NULL,
    return_uri            TEXT,
    state                 TEXT,
    code_challenge        TEXT,
    session_hash          BYTEA,
    customer              TEXT   REFERENCES customer (id),
    wrong_tries           BIGINT NOT NULL DEFAULT 0,
    otp_hash              BYTEA,
    otp_expires_at        BIGINT,
    otps_sent             BIGINT NOT NULL DEFAULT 0,
    code_hash             BYTEA  UNIQUE,
    code_expires_at       BIGINT,
    code_used_at          BIGINT,
    expires_at            BIGINT NOT NULL
);

-- An access token that was issued for an authorization code; it goes when the code turns up again.
ALTER TABLE access_token ADD COLUMN journey TEXT REFERENCES journey (id);
CREATE INDEX access_token_journey ON access_token (journey);

-- A text message that the bank would have sent.
CREATE TABLE message (
    id         TEXT   NOT NULL PRIMARY KEY,
    recipient  TEXT   NOT NULL,
    content    TEXT   NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX message_recipient ON message (recipient, created_at);
CREATE INDEX message_created ON message (created_at);

-- `occurrence` counts the due dates that are done; `next_date` is the one to come, while there is one.
CREATE TABLE schedule (
    id                         TEXT   NOT NULL PRIMARY KEY,
    partner                    TEXT   NOT NULL REFERENCES partner (client_id),
    transaction_identification TEXT   NOT NULL,
    token                      TEXT   NOT NULL,
    creditor_account           TEXT   NOT NULL,
    amount                     BIGINT NOT NULL CHECK (amount > 0),
    reference_number1          TEXT   NOT NULL,
    reference_number2          TEXT,
    annotation                 TEXT,
    frequency                  TEXT   NOT NULL CHECK (frequency IN ('ONCE', 'DAIL', 'WEEK', 'MNTH', 'QURT', 'YEAR')),
    start_date                 TEXT   NOT NULL,
    end_date                   TEXT,
    number_of_occurrences      BIGINT CHECK (number_of_occurrences BETWEEN 1 AND 999),
    status                     TEXT   NOT NULL CHECK (status IN ('SCHD', 'ACSC', 'CANC', 'RJCT')),
    status_at                  BIGINT NOT NULL,
    reason_code                TEXT,
    occurrence                 BIGINT NOT NULL DEFAULT 0,
    next_date                  TEXT,
    created_at                 BIGINT NOT NULL,
    UNIQUE (partner, transaction_identification),
    CHECK ((status = 'SCHD') = (next_date IS NOT NULL))
);
CREATE INDEX schedule_partner_created ON schedule (partner, created_at);
CREATE INDEX schedule_token ON schedule (token);

-- What a due date did. `payment` is empty only where no payment was made at all.
CREATE TABLE execution (
    schedule       TEXT   NOT NULL REFERENCES schedule (id),
    occurrence     BIGINT NOT NULL CHECK (occurrence > 0),
    execution_date TEXT   NOT NULL,
    payment        TEXT   UNIQUE REFERENCES payment (reference),
    status         TEXT   NOT NULL,
    reason_code    TEXT,
    executed_at    BIGINT NOT NULL,
    PRIMARY KEY (schedule, occurrence)
);
CREATE UNIQUE INDEX execution_of_date ON execution (schedule, execution_date);
ALTER TABLE payment ADD COLUMN schedule TEXT REFERENCES schedule (id);

-- A call to a partner, written with the change that causes it. Its id stays the same however often it is sent. `due_at`
-- is that of its agenda row, once more because partners take turns.
CREATE TABLE callback (
    id           TEXT   NOT NULL PRIMARY KEY,
    partner      TEXT   NOT NULL REFERENCES partner (client_id),
    operation    TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    body         TEXT   NOT NULL,
    status       TEXT   NOT NULL CHECK (status IN ('PENDING', 'DELIVERED', 'DEAD')),
    attempts     BIGINT NOT NULL DEFAULT 0,
    round        BIGINT NOT NULL DEFAULT 0,
    due_at       BIGINT,
    created_at   BIGINT NOT NULL,
    delivered_at BIGINT,
    CHECK ((status = 'PENDING') = (due_at IS NOT NULL))
);
CREATE INDEX callback_due ON callback (partner, due_at, id);
CREATE INDEX callback_partner_created ON callback (partner, created_at);
CREATE INDEX callback_created ON callback (created_at);
CREATE INDEX callback_status_created ON callback (status, created_at);
CREATE INDEX callback_subject ON callback (subject, created_at);

-- `number` counts all attempts; each replay begins a new `round` with the whole schedule.
CREATE TABLE callback_attempt (
    callback    TEXT   NOT NULL REFERENCES callback (id),
    number      BIGINT NOT NULL CHECK (number > 0),
    round       BIGINT NOT NULL,
    at          BIGINT NOT NULL,
    http_status BIGINT,
    outcome     TEXT   NOT NULL,
    took_micros BIGINT NOT NULL,
    PRIMARY KEY (callback, number)
);

-- What the keys of asymmetric webhook signatures are derived from, one for each partner. One row, made once.
CREATE TABLE webhook_seed (
    id         BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    seed       BYTEA  NOT NULL CHECK (length(seed) = 32),
    created_at BIGINT NOT NULL
);

-- Work that falls due. Who takes a piece of work whose effect is outside the store holds a lease on it meanwhile, by the
-- machine's clock. `failures` counts how often it has failed for a reason of ours.
CREATE TABLE agenda (
    task         TEXT   NOT NULL,
    subject      TEXT   NOT NULL,
    due_at       BIGINT NOT NULL,
    leased_until BIGINT,
    failures     BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (task, subject)
);
CREATE INDEX agenda_due ON agenda (task, due_at, subject);

-- What happened, in order, for those who look on.
CREATE TABLE event (
    position BIGINT NOT NULL PRIMARY KEY,
    at       BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    partner  TEXT,
    subject  TEXT   NOT NULL,
    detail   TEXT   NOT NULL
);
CREATE INDEX event_subject ON event (subject);

-- How far the sandbox's clock is from the machine's, and since when it stands still. One row.
CREATE TABLE clock (
    id            BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    offset_micros BIGINT NOT NULL,
    frozen_at     BIGINT
);

-- What the operator was told at first, like `idempotency` for partners.
CREATE TABLE operator_request (
    operation   TEXT   NOT NULL,
    key         TEXT   NOT NULL,
    fingerprint BYTEA  NOT NULL,
    answer      TEXT   NOT NULL,
    created_at  BIGINT NOT NULL,
    PRIMARY KEY (operation, key)
);

-- What goes wrong on request. `remaining` counts down, and the row goes with the last strike.
CREATE TABLE fault (
    id         TEXT   NOT NULL PRIMARY KEY,
    partner    TEXT,
    operation  TEXT,
    kind       TEXT   NOT NULL CHECK (kind IN ('DELAY', 'ERROR', 'DROP_ANSWER', 'SLOW_BODY')),
    parameter  BIGINT CHECK ((parameter IS NULL) = (kind = 'DROP_ANSWER')),
    remaining  BIGINT CHECK (remaining > 0),
    created_at BIGINT NOT NULL
);
