import type { DemoCatalog } from '@zhanggui/modules/sales/scenario.ts';

type DemoItem = DemoCatalog['items'][number];

/** The shelves of the demo shop. */
const categories: DemoCatalog['categories'] = [
  { id: 'cat_vegetables', name: '蔬菜', nameEn: 'Vegetables' },
  { id: 'cat_fruit', name: '水果', nameEn: 'Fruit' },
  { id: 'cat_drinks', name: '饮料', nameEn: 'Drinks' },
  { id: 'cat_instant', name: '方便食品', nameEn: 'Instant food' },
  { id: 'cat_dairy', name: '乳品', nameEn: 'Dairy' },
  { id: 'cat_household', name: '日用', nameEn: 'Household' },
  { id: 'cat_breakfast', name: '早餐', nameEn: 'Breakfast' },
];

const piece = (
  code: string,
  barcode: string,
  name: string,
  nameEn: string,
  categoryId: string,
  unitPriceMinor: number,
  pinyin: string,
  favourite = true,
): DemoItem => ({
  code,
  barcodes: [barcode],
  name,
  nameEn,
  categoryId,
  kind: 'piece',
  unitPriceMinor,
  unit: '件',
  pinyin,
  favourite,
});

const weighed = (
  code: string,
  name: string,
  nameEn: string,
  categoryId: string,
  unitPriceMinor: number,
  pinyin: string,
  favourite = true,
): DemoItem => ({
  code,
  barcodes: [],
  name,
  nameEn,
  categoryId,
  kind: 'weighed',
  unitPriceMinor,
  unit: 'kg',
  pinyin,
  favourite,
});

/** Made-up goods with bar codes of the range for use inside a shop (2…), so that none collides with a real article. */
export const demo: DemoCatalog = {
  categories,
  items: [
    piece('1001', '2000000010014', '山泉水 550ml', 'Spring water 550 ml', 'cat_drinks', 200, 'sqs'),
    piece('1002', '2000000010021', '乌龙茶 500ml', 'Oolong tea 500 ml', 'cat_drinks', 450, 'wlc'),
    weighed('2001', '西兰花', 'Broccoli', 'cat_vegetables', 980, 'xlh'),
    weighed('2002', '土豆', 'Potatoes', 'cat_vegetables', 450, 'td'),
    piece('3001', '2000000030012', '红烧牛肉面（桶）', 'Beef noodles, cup', 'cat_instant', 550, 'hsnrm'),
    piece('7001', '2000000070018', '鲜肉包', 'Pork bun', 'cat_breakfast', 250, 'xrb'),
    piece('7002', '2000000070025', '豆浆（热）', 'Soy milk, hot', 'cat_breakfast', 300, 'dj'),
    piece('5001', '2000000050010', '纯牛奶 250ml', 'Milk 250 ml', 'cat_dairy', 450, 'cnn'),
    weighed('2101', '香蕉', 'Bananas', 'cat_fruit', 760, 'xj'),
    piece('1003', '2000000010038', '凉茶 310ml', 'Herbal tea 310 ml', 'cat_drinks', 400, 'lc'),
    piece('3002', '2000000030029', '火腿肠', 'Ham sausage', 'cat_instant', 200, 'htc'),
    piece('6001', '2000000060019', '抽纸三包', 'Tissues, 3 packs', 'cat_household', 1290, 'czsb'),
    piece('7003', '2000000070032', '茶叶蛋', 'Tea egg', 'cat_breakfast', 200, 'cyd'),
    piece('3003', '2000000030036', '薯片 原味', 'Crisps, plain', 'cat_instant', 750, 'spyw'),
    piece('5002', '2000000050027', '酸奶', 'Yoghurt', 'cat_dairy', 680, 'sn'),
    weighed('2102', '小台芒', 'Small mangoes', 'cat_fruit', 1200, 'xtm'),
    piece('6002', '2000000060026', '5 号电池 ×2', 'AA batteries ×2', 'cat_household', 800, 'whdc'),
    piece('6003', '2000000060033', '雨伞', 'Umbrella', 'cat_household', 2500, 'ys'),
    piece('6004', '2000000060040', '保温杯', 'Vacuum flask', 'cat_household', 12_900, 'bwb'),
    piece('6005', '2000000060057', '打火机', 'Lighter', 'cat_household', 200, 'dhj'),
    piece('1004', '2000000010045', '可乐 330ml', 'Cola 330 ml', 'cat_drinks', 300, 'kl', false),
    piece('1005', '2000000010052', '苏打水 400ml', 'Soda water 400 ml', 'cat_drinks', 500, 'sds', false),
    weighed('2003', '番茄', 'Tomatoes', 'cat_vegetables', 680, 'fq', false),
    weighed('2004', '青椒', 'Green peppers', 'cat_vegetables', 880, 'qj', false),
    weighed('2005', '娃娃菜', 'Baby cabbage', 'cat_vegetables', 560, 'wwc', false),
    weighed('2103', '红富士苹果', 'Fuji apples', 'cat_fruit', 1180, 'hfspg', false),
    weighed('2104', '蜜橘', 'Tangerines', 'cat_fruit', 780, 'mj', false),
    piece('5003', '2000000050034', '纯牛奶 250ml × 12', 'Milk 250 ml × 12', 'cat_dairy', 4990, 'cnnx', false),
    piece('6006', '2000000060064', '电饭煲 4L', 'Rice cooker 4 l', 'cat_household', 159_900, 'dfb', false),
    piece('7004', '2000000070049', '手抓饼', 'Scallion pancake', 'cat_breakfast', 600, 'szb', false),
  ],
};
