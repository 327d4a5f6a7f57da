import { provideZoneChangeDetection } from '@angular/core'
import { bootstrapApplication } from '@angular/platform-browser'
import { Reports } from './reports'

bootstrapApplication(Reports, { providers: [provideZoneChangeDetection({ eventCoalescing: true })] })
