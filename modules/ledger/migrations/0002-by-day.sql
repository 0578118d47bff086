-- What is owed to a merchant is asked by the day; other accounts are not, and pay for no index.
create index payable_debit_day on ledger.transfer (debit_account, business_on) where debit_account like '%:payable';
create index payable_credit_day on ledger.transfer (credit_account, business_on) where credit_account like '%:payable';
