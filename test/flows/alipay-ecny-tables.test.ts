import { playTables, TABLES } from './tables.ts';

playTables(TABLES['alipay and e-CNY']);
