-- Slips: what the banks of the sandbox tell of a transaction whose slip is verified.
--
-- The rules of the first file hold here too: BIGINT, BYTEA, NOT NULL keys, satang, microseconds, SHA-256.

-- A transaction as its bank keeps it, under the two parts of its mini-QR. `paid_at` is when the payer was debited, `created_at`
-- when the slip came into the book. Names are shortened as the bank prints them; accounts and proxies are whole. `payment` is
-- the payment that made the slip, if one of this bank did.
CREATE TABLE slip (
    bank                TEXT   NOT NULL CHECK (length(bank) = 3 AND trim(bank, '0123456789') = ''),
    reference           TEXT   NOT NULL CHECK (length(reference) BETWEEN 1 AND 25
        AND trim(reference, '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz') = ''),
    paid_at             BIGINT NOT NULL,
    amount              BIGINT NOT NULL CHECK (amount BETWEEN 0 AND 100000000000000000),
    receiving_bank      TEXT   CHECK (length(receiving_bank) = 3 AND trim(receiving_bank, '0123456789') = ''),
    sender_name_th      TEXT,
    sender_name         TEXT,
    sender_account      TEXT,
    sender_proxy_type   TEXT,
    sender_proxy        TEXT,
    receiver_name_th    TEXT,
    receiver_name       TEXT,
    receiver_account    TEXT,
    receiver_proxy_type TEXT,
    receiver_proxy      TEXT,
    reference1          TEXT,
    reference2          TEXT,
    reference3          TEXT,
    payment             TEXT   UNIQUE REFERENCES payment (reference),
    created_at          BIGINT NOT NULL,
    PRIMARY KEY (bank, reference),
    CHECK ((sender_proxy_type IS NULL) = (sender_proxy IS NULL)),
    CHECK ((receiver_proxy_type IS NULL) = (receiver_proxy IS NULL))
);
CREATE INDEX slip_created ON slip (created_at);

-- Payments from before have slips too, numbered in their order. Names are left out: they would have to be shortened.
INSERT INTO slip (bank, reference, paid_at, amount, receiving_bank, sender_account, receiver_account, reference1, reference2,
        payment, created_at)
    SELECT '025', 'KSA' || substr('0000000000000000000000', length(number) + 1) || number, processed_at, amount, '025',
        drawer_account, creditor_account, reference_number1, reference_number2, reference, processed_at
    FROM (SELECT CAST(row_number() OVER (ORDER BY payment.created_at, payment.reference) AS TEXT) AS number,
            payment.reference, payment.amount, payment.creditor_account, payment.reference_number1,
            payment.reference_number2, payment.processed_at, registration.drawer_account
        FROM payment LEFT JOIN registration ON registration.token = payment.token
        WHERE payment.status = 'ACSC') AS settled;
