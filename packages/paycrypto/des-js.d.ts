declare module 'des.js' {
  export interface DesOptions {
    readonly type: 'encrypt' | 'decrypt';
    readonly key: ArrayLike<number>;
    readonly padding: boolean;
  }
  export interface DesContext {
    update(data: ArrayLike<number>): number[];
    final(): number[];
  }
  export interface DesClass {
    create(options: DesOptions): DesContext;
  }
  const des: { readonly DES: DesClass; readonly EDE: DesClass };
  export default des;
}
