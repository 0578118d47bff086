import { gunzip, inflate } from 'node:zlib';
import type { Archives } from '@zhanggui/modules/payments/method.ts';
import { gbkText, unzip } from './unzip.ts';

/** Compressed files by the platform's own zlib, off the main thread. */
export const nodeArchives: Archives = {
  gunzip: (bytes, mostBytes) =>
    new Promise((resolve) => {
      gunzip(bytes, { maxOutputLength: mostBytes }, (error, content) => resolve(error === null ? content : null));
    }),
  inflate: (bytes, mostBytes) =>
    new Promise((resolve) => {
      inflate(bytes, { maxOutputLength: mostBytes }, (error, content) => resolve(error === null ? content : null));
    }),
  unzip,
  gbk: gbkText,
};
