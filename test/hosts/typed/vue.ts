import 'biuwer-embed/vue'
import type { GlobalComponents } from 'vue'

type Props = InstanceType<GlobalComponents['biuwer-embed']>['$props']
export const props: Props = {
  'resource-id': 'sales',
  onBiuwerError: (event) => console.log(event.code),
}
