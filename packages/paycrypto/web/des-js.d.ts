declare module 'des.js' {
  interface DesOptions {
    readonly type: 'encrypt' | 'decrypt';
    readonly key: ArrayLike<number>;
    readonly padding: boolean;
  }
  interface DesContext {
    update(data: ArrayLike<number>): number[];
    final(): number[];
  }
  interface DesClass {
    create(options: DesOptions): DesContext;
  }
  const des: { readonly DES: DesClass; readonly EDE: DesClass };
  export default des;
}
