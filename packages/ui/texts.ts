import { useTranslation } from 'react-i18next';
import { i18n } from './language.ts';

/** Values put into `{{name}}` of a text; `count` also chooses between one and many in English. */
export type TextParams = Readonly<Record<string, string | number>>;

/** Gives the text of `key` in the language of the page. */
export type Translate<Key extends string> = (key: Key, params?: TextParams) => string;

/** The texts of one app or plugin. */
export interface Texts<Key extends string> {
  /** For components: drawn again when the language changes. */
  useText(): Translate<Key>;
  /** For code outside of components. */
  text: Translate<Key>;
}

type Chinese = Readonly<Record<string, string>>;
type English<Zh extends Chinese> = Readonly<Record<keyof Zh & string, string>> &
  Readonly<Partial<Record<`${keyof Zh & string}_one`, string>>>;

/**
 * Registers texts in both languages under `namespace`. The compiler refuses a key that lacks its English text and any
 * use of a key that does not exist. English may add `key_one` for a count of one.
 */
export function defineTexts<const Zh extends Chinese>(
  namespace: string,
  chinese: Zh,
  english: English<Zh>,
): Texts<keyof Zh & string> {
  const register = () => {
    i18n.addResourceBundle('zh-CN', namespace, chinese);
    i18n.addResourceBundle('en', namespace, english);
  };
  if (i18n.isInitialized) register();
  else i18n.on('initialized', register);
  return {
    useText() {
      const { t } = useTranslation(namespace, { i18n });
      return (key, params) => t(key as string, params ?? {});
    },
    text: (key, params) => i18n.t(key as string, { ...params, ns: namespace }),
  };
}
