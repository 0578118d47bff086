import { useLanguage } from '@zhanggui/ui/language.ts';
import { useSetting } from '../../controller/use-till.ts';

/** The name of a method in the language of the page. */
export function useMethodTitle(methodId: string): string {
  const language = useLanguage();
  const title = useSetting().methods.find(({ id }) => id === methodId)?.title;
  return (language === 'en' ? title?.en : title?.zh) ?? methodId;
}

/** Who is asked for the money: the wallet by its name, the bank for a card. */
export function useAskedName(methodId: string): string {
  const language = useLanguage();
  const title = useMethodTitle(methodId);
  const asked = useSetting().methods.find(({ id }) => id === methodId)?.screen.asked;
  return asked?.[language === 'en' ? 'en' : 'zh'] ?? title;
}
