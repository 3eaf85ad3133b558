//! `satang qr build`.

use crate::{codes::wrong, output::Exit};
use clap::{ArgGroup, ValueEnum};
use satang_slip_verification::{
    BankAccount, BankCode, Barcode, BillPayment, BillerId, EWallet, Message, Mobile, NationalId, Order,
    PaymentQr, Proxy, Reference, limits,
};

#[derive(clap::Args)]
#[command(group = ArgGroup::new("payee").required(true))]
pub struct Build {
    /// Pay to a mobile number, such as 081-234-5678
    #[arg(long, group = "payee")]
    mobile: Option<String>,
    /// Pay to a citizen or tax number, thirteen digits
    #[arg(long, group = "payee")]
    national_id: Option<String>,
    /// Pay to an electronic wallet, fifteen digits
    #[arg(long, group = "payee")]
    e_wallet: Option<String>,
    /// Pay to the TrueMoney wallet of a mobile number
    #[arg(long, group = "payee")]
    true_money: Option<String>,
    /// Pay to a bank account: code of the bank and number, such as 014:1234567890
    #[arg(long, group = "payee", value_name = "BANK:NUMBER")]
    bank_account: Option<String>,
    /// Pay a bill of this biller, fifteen digits
    #[arg(long, group = "payee", requires = "ref1")]
    biller: Option<String>,
    /// Say what a bill's barcode says
    #[arg(long, group = "payee")]
    barcode: Option<String>,
    /// The biller's first reference
    #[arg(long, requires = "biller")]
    ref1: Option<String>,
    /// The biller's second reference
    #[arg(long, requires = "biller")]
    ref2: Option<String>,
    /// The biller's third reference, which travels as the label of a terminal
    #[arg(long, requires = "biller")]
    ref3: Option<String>,
    /// How much, in baht; without it the payer says
    #[arg(long, conflicts_with = "barcode")]
    amount: Option<String>,
    /// A message in TrueMoney's app
    #[arg(long, requires = "true_money")]
    message: Option<String>,
    /// Take a number whose check digit is wrong
    #[arg(long, requires = "national_id")]
    any_check_digit: bool,
    /// The order of the tags, for comparing byte by byte with other libraries
    #[arg(long, value_enum, default_value_t = Tags::Ascending)]
    order: Tags,
}

#[derive(Clone, Copy, ValueEnum)]
enum Tags {
    Ascending,
    Promptparse,
    PromptpayQr,
}

impl Build {
    pub fn payload(&self) -> Result<String, Exit> {
        let mut message = [0; limits::MESSAGE];
        let mut qr = self.payee()?;
        if let Some(amount) = &self.amount {
            qr = qr.with_amount(amount.parse().map_err(wrong("--amount"))?);
        }
        if let Some(text) = &self.message {
            qr.message = Some(Message::encode(text, &mut message).map_err(wrong("--message"))?);
        }
        qr.additional.terminal_label = self.ref3.as_deref().map(Into::into);
        let order = match self.order {
            Tags::Ascending => Order::Ascending,
            Tags::Promptparse => Order::Promptparse,
            Tags::PromptpayQr => Order::PromptpayQr,
        };
        let mut buffer = [0; limits::PAYLOAD];
        qr.write(&mut buffer, order).map(str::to_owned).map_err(wrong("the code"))
    }

    fn payee(&self) -> Result<PaymentQr<'_>, Exit> {
        if let Some(barcode) = &self.barcode {
            return Barcode::read(barcode).map(PaymentQr::from).map_err(wrong("--barcode"));
        }
        if let (Some(biller), Some(ref1)) = (&self.biller, &self.ref1) {
            let biller = BillerId::new(biller).map_err(wrong("--biller"))?;
            let mut bill = BillPayment::new(biller, Reference::new(ref1).map_err(wrong("--ref1"))?);
            if let Some(ref2) = &self.ref2 {
                bill = bill.with_ref2(Reference::new(ref2).map_err(wrong("--ref2"))?);
            }
            if let Some(ref3) = &self.ref3 {
                Reference::new(ref3).map_err(wrong("--ref3"))?;
            }
            return Ok(PaymentQr::to_biller(bill));
        }
        self.proxy().map(PaymentQr::to_proxy)
    }

    fn proxy(&self) -> Result<Proxy<'_>, Exit> {
        if let Some(number) = &self.mobile {
            return Mobile::new(number).map(Proxy::Mobile).map_err(wrong("--mobile"));
        }
        if let Some(number) = &self.national_id {
            let read = if self.any_check_digit { NationalId::unchecked } else { NationalId::new };
            return read(number).map(Proxy::NationalId).map_err(wrong("--national-id"));
        }
        if let Some(number) = &self.e_wallet {
            return EWallet::new(number).map(Proxy::EWallet).map_err(wrong("--e-wallet"));
        }
        if let Some(number) = &self.true_money {
            let mobile = Mobile::new(number).map_err(wrong("--true-money"))?;
            return Ok(Proxy::EWallet(EWallet::true_money(mobile)));
        }
        let account = self.bank_account.as_deref().unwrap_or_default();
        let (bank, number) = account.split_once(':').unwrap_or_default();
        let bank = BankCode::new(bank).map_err(wrong("--bank-account"))?;
        BankAccount::new(bank, number).map(Proxy::BankAccount).map_err(wrong("--bank-account"))
    }
}
