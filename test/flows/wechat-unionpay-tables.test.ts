import { playTables, TABLES } from './tables.ts';

playTables(TABLES['WeChat Pay and UnionPay QR']);
