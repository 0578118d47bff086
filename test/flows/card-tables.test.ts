import { playTables, TABLES } from './tables.ts';

playTables(TABLES.cards);
