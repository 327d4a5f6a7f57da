// @vitest-environment jsdom
import { mount } from '@vue/test-utils'
import { asked, fail, open } from 'biuwer-embed/testing'
import { expect, it } from 'vitest'
import Sales from './Sales.vue'

it('opens the resource that it is given, and another one when that changes', async () => {
  const wrapper = mount(Sales, { props: { resource: 'sales' }, attachTo: document.body })
  const tag = wrapper.find('biuwer-embed').element
  await open(tag)
  expect(wrapper.find('output').text()).toBe('open')
  expect(asked(tag)).toHaveLength(1)
  await wrapper.setProps({ resource: 'revenue' })
  await tag.updateComplete
  expect(tag.state).toBe('connecting')
  await fail(tag, 'resource_not_allowed')
  expect(wrapper.find('output').text()).toBe('resource_not_allowed')
  wrapper.unmount()
})
