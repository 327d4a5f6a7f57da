import { bootstrapApplication } from '@angular/platform-browser'
import { Reports } from './reports'

bootstrapApplication(Reports)
